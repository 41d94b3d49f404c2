#include "engine/aws/credential_cache.h"

#include <algorithm>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "engine/aws/http_client.h"
#include "engine/wait/guarded.h"
#include "engine/wait/interrupt.h"

namespace redshift {

namespace {

// AWS gives an instance new keys as long before the old ones expire.
constexpr std::chrono::minutes kRenewBefore{5};
constexpr std::chrono::minutes kLookAgainAfter{5};
// While renewals fail, or bring keys that are about to expire as well.
constexpr std::chrono::seconds kPause{10};
// With a source that keeps silent.
constexpr std::chrono::seconds kPatienceWithValidKeys{10};

using Time = std::chrono::system_clock::time_point;

/// One round of asking.
struct Fetch {
  Interrupt done;  // set once `error` is final
  arrow::Status error;
};

}  // namespace

struct CredentialCache::State {
  State(std::vector<CredentialSource> all, std::string message, Clock its_clock)
      : none_found(std::move(message)), clock(std::move(its_clock)), sources(std::move(all)) {}

  const std::string none_found;
  const Clock clock;
  std::vector<CredentialSource> sources;  // of the thread that asks

  std::mutex mutex;  // for what follows
  std::optional<AwsKeys> keys;
  bool refused = false;          // AWS no longer takes `keys`
  Time asked;                    // when the sources were last asked, with whatever result
  std::shared_ptr<Fetch> fetch;  // the one that runs

  bool AreValid(Time now) const { return keys && (!keys->expires || *keys->expires > now); }
  bool NeedsRenewal(std::chrono::milliseconds valid_for, Time now) const;
  FoundKeys Find();
  void Run(Fetch* own);
};

bool CredentialCache::State::NeedsRenewal(std::chrono::milliseconds valid_for, Time now) const {
  if (!AreValid(now)) return true;
  const auto since = now - asked;
  if (refused) return since >= kPause;
  if (!keys->expires) return since >= kLookAgainAfter;
  const auto left = *keys->expires - now;
  return left < std::max<std::chrono::milliseconds>(valid_for, kRenewBefore) && since >= kPause;
}

FoundKeys CredentialCache::State::Find() {
  for (CredentialSource& source : sources) {
    ARROW_ASSIGN_OR_RAISE(auto found, source.find());
    if (!found) continue;
    // Another source could be another identity, in the middle of a job.
    std::vector<CredentialSource> only{std::move(source)};
    sources = std::move(only);
    return found;
  }
  return std::nullopt;
}

void CredentialCache::State::Run(Fetch* own) {
  arrow::Status error = Guarded([this]() -> arrow::Status {
    ARROW_ASSIGN_OR_RAISE(std::optional<AwsKeys> found, Find());
    if (!found) return arrow::Status::Invalid(none_found);
    std::lock_guard lock(mutex);
    keys = std::move(found);
    refused = false;
    return arrow::Status::OK();
  });
  {
    std::lock_guard lock(mutex);
    asked = clock();
    own->error = std::move(error);
    fetch.reset();
  }
  own->done.Set();
}

CredentialCache::CredentialCache(std::vector<CredentialSource> sources, std::string description,
                                 std::string none_found, Clock clock)
    : description_(std::move(description)),
      state_(std::make_shared<State>(std::move(sources), std::move(none_found), std::move(clock))) {}

arrow::Result<AwsKeys> CredentialCache::Get(std::chrono::milliseconds valid_for, const KeyWait& wait) {
  State& state = *state_;
  std::shared_ptr<Fetch> fetch;
  KeyWait patience = wait;
  {
    std::lock_guard lock(state.mutex);
    const Time now = state.clock();
    if (!state.NeedsRenewal(valid_for, now)) return *state.keys;
    const bool are_valid = state.AreValid(now);
    if (are_valid) {
      // What is still good is used while somebody asks for better.
      if (state.fetch && valid_for.count() == 0) return *state.keys;
      patience.until = std::min(patience.until, std::chrono::steady_clock::now() + kPatienceWithValidKeys);
    }
    if (!state.fetch) {
      const arrow::Status started = Guarded([&] {
        auto begun = std::make_shared<Fetch>();
        // Nobody can cut short what a source does, and who waits for it may have to go.
        std::thread([shared = state_, begun] { shared->Run(begun.get()); }).detach();
        // Not before there is a thread.
        state.fetch = std::move(begun);
        return arrow::Status::OK();
      });
      if (!started.ok() && are_valid) return *state.keys;
      if (!started.ok()) {
        return started.WithMessage("the AWS keys of ", description_,
                                   " cannot be asked for: ", started.message());
      }
    }
    fetch = state.fetch;
  }
  const auto begin = std::chrono::steady_clock::now();
  const Interrupt::Waited waited = fetch->done.Await(patience.until, patience.interrupt);
  std::lock_guard lock(state.mutex);
  if (state.AreValid(state.clock())) return *state.keys;
  using Kind = HttpErrorDetail::Kind;
  switch (waited) {
    case Interrupt::Waited::kSet:
      if (!fetch->error.ok()) return fetch->error;
      return *state.keys;
    case Interrupt::Waited::kStopped:
      return arrow::Status::FromDetailAndArgs(
          arrow::StatusCode::Cancelled, std::make_shared<HttpErrorDetail>(Kind::kInterrupted),
          "the wait for the AWS keys of ", description_, " was stopped on request");
    case Interrupt::Waited::kTimeout:
      break;
  }
  const auto millis = std::chrono::duration_cast<std::chrono::milliseconds>(patience.until - begin).count();
  return arrow::Status::FromDetailAndArgs(
      arrow::StatusCode::IOError, std::make_shared<HttpErrorDetail>(Kind::kTimeout), "the AWS keys of ",
      description_, " were asked for, and none came within ", std::max<int64_t>(millis, 0),
      " ms. See that their source answers (STS, the metadata of the machine, or the program of the profile)");
}

void CredentialCache::Refuse(const AwsKeys& keys) {
  std::lock_guard lock(state_->mutex);
  if (state_->keys && state_->keys->access_key_id == keys.access_key_id &&
      state_->keys->session_token.Reveal() == keys.session_token.Reveal()) {
    state_->refused = true;
  }
}

}  // namespace redshift
