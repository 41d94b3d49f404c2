#include "engine/file/upload_memory.h"

#include <algorithm>

namespace redshift {

UploadMemory::UploadMemory(int64_t limit_bytes)
    : parent_(arrow::default_memory_pool()), limit_(limit_bytes) {}

UploadMemory::~UploadMemory() {
  std::unique_lock lock(mutex_);
  freed_.wait(lock, [&] { return allocated_ == 0; });
}

arrow::Status UploadMemory::WaitForRoom(int64_t bytes) {
  std::unique_lock lock(mutex_);
  const int64_t most = std::max<int64_t>(0, limit_ - bytes);
  freed_.wait(lock, [&] { return cancelled_ || allocated_ <= most; });
  if (cancelled_) return arrow::Status::Cancelled("upload cancelled");
  return arrow::Status::OK();
}

void UploadMemory::Cancel() {
  std::lock_guard lock(mutex_);
  cancelled_ = true;
  freed_.notify_all();
}

arrow::Status UploadMemory::Allocate(int64_t size, int64_t alignment, uint8_t** out) {
  ARROW_RETURN_NOT_OK(parent_->Allocate(size, alignment, out));
  Account(size);
  return arrow::Status::OK();
}

arrow::Status UploadMemory::Reallocate(int64_t old_size, int64_t new_size, int64_t alignment, uint8_t** ptr) {
  ARROW_RETURN_NOT_OK(parent_->Reallocate(old_size, new_size, alignment, ptr));
  Account(new_size - old_size);
  return arrow::Status::OK();
}

void UploadMemory::Free(uint8_t* buffer, int64_t size, int64_t alignment) {
  parent_->Free(buffer, size, alignment);
  Account(-size);
}

void UploadMemory::Account(int64_t change) {
  std::lock_guard lock(mutex_);
  allocated_ += change;
  if (change > 0) {
    peak_ = std::max(peak_, allocated_);
    total_ += change;
    ++allocations_;
  } else {
    freed_.notify_all();
  }
}

int64_t UploadMemory::bytes_allocated() const {
  std::lock_guard lock(mutex_);
  return allocated_;
}

int64_t UploadMemory::max_memory() const {
  std::lock_guard lock(mutex_);
  return peak_;
}

int64_t UploadMemory::total_bytes_allocated() const {
  std::lock_guard lock(mutex_);
  return total_;
}

int64_t UploadMemory::num_allocations() const {
  std::lock_guard lock(mutex_);
  return allocations_;
}

std::string UploadMemory::backend_name() const {
  return parent_->backend_name();
}

}  // namespace redshift
