#pragma once

#include <arrow/result.h>

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>

namespace redshift {

/// Bounds the bytes that are on their way to S3: who wants to fill a part reserves its bytes first and gives
/// them back when S3 has acknowledged the part. Thread-safe.
class UploadMemory : public std::enable_shared_from_this<UploadMemory> {
 public:
  /// Bytes that are reserved as long as this object lives.
  class Reservation {
   public:
    Reservation() = default;
    Reservation(Reservation&& other) noexcept;
    Reservation& operator=(Reservation&& other) noexcept;
    ~Reservation();

    int64_t bytes() const { return bytes_; }
    /// Gives back what is above `bytes`.
    void ShrinkTo(int64_t bytes);

   private:
    friend class UploadMemory;
    Reservation(std::shared_ptr<UploadMemory> memory, int64_t bytes);

    std::shared_ptr<UploadMemory> memory_;
    int64_t bytes_ = 0;
  };

  static std::shared_ptr<UploadMemory> Make(int64_t limit_bytes);

  /// Blocks until `bytes` more fit under the limit. Cancelled once Cancel was called. A request larger than
  /// the limit waits until nothing is reserved.
  arrow::Result<Reservation> Reserve(int64_t bytes);

  /// Ends all waits, now and later.
  void Cancel();

  int64_t reserved() const;

 private:
  explicit UploadMemory(int64_t limit_bytes) : limit_(limit_bytes) {}
  void GiveBack(int64_t bytes);

  const int64_t limit_;
  mutable std::mutex mutex_;
  std::condition_variable freed_;
  int64_t reserved_ = 0;
  bool cancelled_ = false;
};

}  // namespace redshift
