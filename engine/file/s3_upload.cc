#include "engine/file/s3_upload.h"

#include <arrow/util/thread_pool.h>
#include <pthread.h>

#include <algorithm>
#include <condition_variable>
#include <cstring>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "engine/file/s3_client.h"
#include "engine/wait/guarded.h"

namespace redshift {

namespace {

// Small files do not touch the memory of a whole part.
constexpr int64_t kFirstBytes = 256 * 1024;

/// They would keep the name of the writer's thread that started them.
void NamePoolThread() {
  thread_local const bool named = pthread_setname_np(pthread_self(), "redshift-s3") == 0;
  static_cast<void>(named);
}

}  // namespace

/// What the background tasks of one upload share; lives as long as one of them.
class S3Upload::Parts : public std::enable_shared_from_this<S3Upload::Parts> {
 public:
  struct Part {
    std::shared_ptr<arrow::Buffer> bytes;
    UploadMemory::Reservation reservation;
  };

  Parts(std::shared_ptr<S3Client> client, std::shared_ptr<S3Client> cleaner, S3Url object,
        arrow::internal::Executor* threads)
      : client_(std::move(client)),
        cleaner_(std::move(cleaner)),
        object_(std::move(object)),
        threads_(threads) {}

  bool begun() const { return !upload_.empty(); }

  arrow::Status Begin() {
    ARROW_ASSIGN_OR_RAISE(upload_, client_->BeginUpload(object_));
    return arrow::Status::OK();
  }

  arrow::Status failure() const {
    std::lock_guard lock(mutex_);
    return failure_;
  }

  /// Sends a part of the upload that was begun.
  arrow::Status Send(Part part) {
    size_t number;
    {
      std::lock_guard lock(mutex_);
      etags_.emplace_back();
      number = etags_.size();
      size_ += part.bytes->size();
      if (number > kMaxParts) {
        return arrow::Status::CapacityError(object_.ToString(), " would have more than ", kMaxParts,
                                            " parts, S3's limit. Lower 'sink.copy.file-size'.");
      }
    }
    return InBackground([this, number, part = std::move(part)]() mutable {
      auto etag =
          client_->UploadPart(object_, upload_, static_cast<int>(number), std::string_view(*part.bytes));
      part = Part();
      if (!etag.ok()) return etag.status();
      std::lock_guard lock(mutex_);
      etags_[number - 1] = std::move(*etag);
      return arrow::Status::OK();
    });
  }

  /// Sends the whole object.
  arrow::Status SendWhole(Part whole) {
    return InBackground(
        [this, whole = std::move(whole)] { return client_->Put(object_, std::string_view(*whole.bytes)); });
  }

  /// To be called once, after the last part.
  arrow::Future<> Finish() {
    // Whichever task ends last completes the object; this one is there when the others have ended already.
    static_cast<void>(InBackground([] { return arrow::Status::OK(); }, /*last=*/true));
    return done_;
  }

  /// Whether there are parts to free.
  bool Abandon() {
    std::unique_lock lock(mutex_);
    if (failure_.ok() && !complete_) failure_ = arrow::Status::Cancelled("the upload was given up");
    // Tasks that have not begun never will; those of other uploads may keep them from it for long.
    idle_.wait(lock, [&] { return running_ == 0; });
    return !complete_ && !upload_.empty();
  }

  arrow::Status Abort() {
    if (!Abandon()) return arrow::Status::OK();
    ARROW_RETURN_NOT_OK(cleaner_->AbortUpload(object_, upload_));
    upload_.clear();
    return arrow::Status::OK();
  }

 private:
  template <typename Task>
  arrow::Status InBackground(Task task, bool last = false) {
    {
      std::lock_guard lock(mutex_);
      ++pending_;
      // Together with the count: a task that ends now must not take itself for the last one.
      finishing_ = last;
    }
    arrow::Status spawned = Guarded([&] {
      auto shared_task = std::make_shared<Task>(std::move(task));
      const arrow::Status taken = threads_->Spawn([self = shared_from_this(), shared_task]() mutable {
        NamePoolThread();
        arrow::Status status;
        const bool begun = self->MayBegin();
        if (begun) status = Guarded(*shared_task);
        shared_task.reset();
        self->Ended(std::move(status), begun);
      });
      // A pool that is not shut down refuses nothing else.
      return taken.ok() ? taken : arrow::Status::IOError(kNoMoreThreads);
    });
    if (!spawned.ok()) Ended(spawned, /*had_begun=*/false);
    return spawned;
  }

  /// Nobody needs the rest of an object whose part failed.
  bool MayBegin() {
    std::lock_guard lock(mutex_);
    if (failure_.ok()) ++running_;
    return failure_.ok();
  }

  void Ended(arrow::Status status, bool had_begun) {
    {
      std::lock_guard lock(mutex_);
      if (failure_.ok()) failure_ = std::move(status);
      if (!finishing_ || pending_ > 1) return Leave(had_begun);
    }
    // The last one still counts as running while it completes the object, so that Abort waits for it.
    End();
    std::lock_guard lock(mutex_);
    Leave(had_begun);
  }

  void Leave(bool had_begun) {
    --pending_;
    if (had_begun) --running_;
    idle_.notify_all();
  }

  /// When no part is in flight any more and none comes.
  void End() {
    const arrow::Status status = Guarded([this]() -> arrow::Status {
      ARROW_RETURN_NOT_OK(failure());
      return begun() ? client_->CompleteUpload(object_, upload_, etags_, size_) : arrow::Status::OK();
    });
    const auto mark = [&]() -> arrow::Status {
      {
        std::lock_guard lock(mutex_);
        complete_ = status.ok();
        if (failure_.ok()) failure_ = status;
      }
      done_.MarkFinished(status);
      return arrow::Status::OK();
    };
    // Somebody waits for it.
    if (!Guarded(mark).ok()) static_cast<void>(Guarded(mark));
  }

  const std::shared_ptr<S3Client> client_;
  const std::shared_ptr<S3Client> cleaner_;
  const S3Url object_;
  arrow::internal::Executor* const threads_;
  arrow::Future<> done_ = arrow::Future<>::Make();

  std::string upload_;  // S3's name for it; set before the first part is sent
  mutable std::mutex mutex_;
  std::condition_variable idle_;
  std::vector<std::string> etags_;
  int64_t size_ = 0;
  int pending_ = 0;  // tasks that have not ended
  int running_ = 0;  // those of them that have begun
  bool finishing_ = false;
  bool complete_ = false;
  arrow::Status failure_;  // the first
};

S3Upload::S3Upload(std::shared_ptr<S3Client> client, std::shared_ptr<S3Client> cleaner, S3Url object,
                   std::shared_ptr<UploadMemory> memory, arrow::internal::Executor* threads)
    : parts_(std::make_shared<Parts>(std::move(client), std::move(cleaner), std::move(object), threads)),
      memory_(std::move(memory)) {}

S3Upload::~S3Upload() = default;

arrow::Status S3Upload::Write(const uint8_t* data, int64_t size) {
  ARROW_RETURN_NOT_OK(parts_->failure());
  while (size > 0) {
    if (part_ != nullptr && part_->size() == kPartBytes) ARROW_RETURN_NOT_OK(SendPart());
    if (part_ == nullptr) ARROW_RETURN_NOT_OK(BeginPart());
    const int64_t used = part_->size();
    const int64_t piece = std::min(size, kPartBytes - used);
    if (used + piece > part_->capacity()) {
      ARROW_RETURN_NOT_OK(
          part_->Reserve(std::min(kPartBytes, std::max(2 * part_->capacity(), used + piece))));
    }
    ARROW_RETURN_NOT_OK(part_->Resize(used + piece, /*shrink_to_fit=*/false));
    std::memcpy(part_->mutable_data() + used, data, static_cast<size_t>(piece));
    data += piece;
    size -= piece;
  }
  return arrow::Status::OK();
}

arrow::Status S3Upload::BeginPart() {
  ARROW_ASSIGN_OR_RAISE(reservation_, memory_->Reserve(kPartBytes));
  ARROW_ASSIGN_OR_RAISE(part_, arrow::AllocateResizableBuffer(0));
  return part_->Reserve(parts_->begun() ? kPartBytes : kFirstBytes);
}

arrow::Status S3Upload::SendPart() {
  if (!parts_->begun()) ARROW_RETURN_NOT_OK(parts_->Begin());
  return parts_->Send({std::shared_ptr<arrow::Buffer>(std::move(part_)), std::move(reservation_)});
}

arrow::Future<> S3Upload::Finish() {
  ARROW_RETURN_NOT_OK(parts_->failure());
  if (parts_->begun()) {
    if (part_ != nullptr) ARROW_RETURN_NOT_OK(SendPart());
  } else {
    if (part_ == nullptr) ARROW_RETURN_NOT_OK(BeginPart());
    reservation_.ShrinkTo(part_->capacity());
    ARROW_RETURN_NOT_OK(
        parts_->SendWhole({std::shared_ptr<arrow::Buffer>(std::move(part_)), std::move(reservation_)}));
  }
  return parts_->Finish();
}

arrow::Status S3Upload::Abort() {
  part_.reset();
  reservation_ = {};
  return parts_->Abort();
}

void S3Upload::Abandon() {
  part_.reset();
  reservation_ = {};
  static_cast<void>(parts_->Abandon());
}

}  // namespace redshift
