#pragma once

#include <arrow/memory_pool.h>
#include <arrow/status.h>

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>

namespace redshift {

/// The memory of the parts that are on their way to S3. Arrow's output stream copies each part into a buffer
/// of this pool and frees it when S3 has acknowledged the part, but puts no limit on how many are in flight;
/// so who writes into a stream asks WaitForRoom first. Allocations themselves never wait and never fail for
/// the limit. Thread-safe.
class UploadMemory : public arrow::MemoryPool {
 public:
  explicit UploadMemory(int64_t limit_bytes);
  /// Blocks until everything was freed: Arrow's threads free the buffer of a part a little later than they
  /// report the part.
  ~UploadMemory() override;

  /// Blocks until `bytes` more fit under the limit. Cancelled once Cancel was called. A request larger than
  /// the limit waits until nothing is allocated.
  arrow::Status WaitForRoom(int64_t bytes);

  /// Ends all waits, now and later.
  void Cancel();

  arrow::Status Allocate(int64_t size, int64_t alignment, uint8_t** out) override;
  arrow::Status Reallocate(int64_t old_size, int64_t new_size, int64_t alignment, uint8_t** ptr) override;
  void Free(uint8_t* buffer, int64_t size, int64_t alignment) override;

  int64_t bytes_allocated() const override;
  int64_t max_memory() const override;
  int64_t total_bytes_allocated() const override;
  int64_t num_allocations() const override;
  std::string backend_name() const override;

 private:
  void Account(int64_t change);

  arrow::MemoryPool* const parent_;
  const int64_t limit_;
  mutable std::mutex mutex_;
  std::condition_variable freed_;
  int64_t allocated_ = 0;
  int64_t peak_ = 0;
  int64_t total_ = 0;
  int64_t allocations_ = 0;
  bool cancelled_ = false;
};

}  // namespace redshift
