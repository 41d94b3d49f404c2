#include "engine/file/upload_memory.h"

#include <algorithm>
#include <utility>

namespace redshift {

UploadMemory::Reservation::Reservation(std::shared_ptr<UploadMemory> memory, int64_t bytes)
    : memory_(std::move(memory)), bytes_(bytes) {}

UploadMemory::Reservation::Reservation(Reservation&& other) noexcept
    : memory_(std::move(other.memory_)), bytes_(std::exchange(other.bytes_, 0)) {}

UploadMemory::Reservation& UploadMemory::Reservation::operator=(Reservation&& other) noexcept {
  std::swap(memory_, other.memory_);
  std::swap(bytes_, other.bytes_);
  return *this;
}

UploadMemory::Reservation::~Reservation() {
  ShrinkTo(0);
}

void UploadMemory::Reservation::ShrinkTo(int64_t bytes) {
  if (bytes >= bytes_) return;
  memory_->GiveBack(std::exchange(bytes_, bytes) - bytes);
}

std::shared_ptr<UploadMemory> UploadMemory::Make(int64_t limit_bytes) {
  return std::shared_ptr<UploadMemory>(new UploadMemory(limit_bytes));
}

arrow::Result<UploadMemory::Reservation> UploadMemory::Reserve(int64_t bytes) {
  std::unique_lock lock(mutex_);
  const int64_t most = std::max<int64_t>(0, limit_ - bytes);
  freed_.wait(lock, [&] { return cancelled_ || reserved_ <= most; });
  if (cancelled_) return arrow::Status::Cancelled("upload cancelled");
  reserved_ += bytes;
  return Reservation(shared_from_this(), bytes);
}

void UploadMemory::Cancel() {
  std::lock_guard lock(mutex_);
  cancelled_ = true;
  freed_.notify_all();
}

int64_t UploadMemory::reserved() const {
  std::lock_guard lock(mutex_);
  return reserved_;
}

void UploadMemory::GiveBack(int64_t bytes) {
  std::lock_guard lock(mutex_);
  reserved_ -= bytes;
  freed_.notify_all();
}

}  // namespace redshift
