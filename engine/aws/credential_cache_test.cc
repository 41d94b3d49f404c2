#include "engine/aws/credential_cache.h"

#include <gmock/gmock.h>
#include <pthread.h>

#include <atomic>
#include <latch>
#include <thread>

#include "engine/aws/http_client.h"

namespace redshift {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using Time = std::chrono::system_clock::time_point;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

// Keys that are numbered as they are handed out, by a clock that the test sets.
class CredentialCacheTest : public ::testing::Test {
 protected:
  CredentialSource Numbered(std::optional<minutes> life) {
    return {"numbers", [this, life]() -> FoundKeys {
              ++asked_;
              if (broken_) return arrow::Status::IOError("the source is broken");
              if (empty_) return std::nullopt;
              AwsKeys keys;
              keys.access_key_id = "AKID" + std::to_string(asked_);
              if (life) keys.expires = now_ + *life;
              return keys;
            }};
  }
  std::unique_ptr<CredentialCache> Cache(std::vector<CredentialSource> sources) {
    return std::make_unique<CredentialCache>(std::move(sources), "test", "nothing was found",
                                             [this] { return now_; });
  }

  Time now_ = std::chrono::sys_days(std::chrono::year(2026) / 11 / 23);
  int asked_ = 0;
  bool broken_ = false;
  bool empty_ = false;
};

TEST_F(CredentialCacheTest, KeysAreKeptUntilFiveMinutesBeforeTheyExpire) {
  const auto cache = Cache({Numbered(hours(1))});
  EXPECT_EQ(cache->Get()->access_key_id, "AKID1");
  now_ += minutes(55);
  EXPECT_EQ(cache->Get()->access_key_id, "AKID1");
  now_ += seconds(1);
  EXPECT_EQ(cache->Get()->access_key_id, "AKID2");
  EXPECT_EQ(cache->Get()->access_key_id, "AKID2");
}

TEST_F(CredentialCacheTest, KeysThatMustLastLongerAreRenewedEarlier) {
  const auto cache = Cache({Numbered(hours(1))});
  EXPECT_EQ(cache->Get()->access_key_id, "AKID1");
  now_ += minutes(30);
  EXPECT_EQ(cache->Get(minutes(29))->access_key_id, "AKID1");
  EXPECT_EQ(cache->Get(minutes(31))->access_key_id, "AKID2");
}

TEST_F(CredentialCacheTest, ASourceThatCannotGiveKeysForSoLongIsNotAskedEachTime) {
  const auto cache = Cache({Numbered(hours(1))});
  for (int i = 0; i < 10; ++i) EXPECT_EQ(cache->Get(hours(2))->access_key_id, "AKID1");
  now_ += minutes(1);
  EXPECT_EQ(cache->Get(hours(2))->access_key_id, "AKID2");
}

TEST_F(CredentialCacheTest, OldKeysAreUsedWhileTheyAreValidAndRenewalFails) {
  const auto cache = Cache({Numbered(hours(1))});
  EXPECT_EQ(cache->Get()->access_key_id, "AKID1");
  broken_ = true;
  now_ += minutes(56);
  for (int i = 0; i < 10; ++i) EXPECT_EQ(cache->Get()->access_key_id, "AKID1");
  EXPECT_EQ(asked_, 2) << "a source that fails is not asked for each request";
  now_ += minutes(4);
  EXPECT_THAT(cache->Get().status().message(), HasSubstr("the source is broken"));
  broken_ = false;
  EXPECT_EQ(cache->Get()->access_key_id, "AKID4");
}

TEST_F(CredentialCacheTest, KeysWithoutAnEndAreLookedUpAgainAsFilesChange) {
  const auto cache = Cache({Numbered(std::nullopt)});
  EXPECT_EQ(cache->Get()->access_key_id, "AKID1");
  now_ += minutes(4);
  EXPECT_EQ(cache->Get()->access_key_id, "AKID1");
  now_ += minutes(1);
  EXPECT_EQ(cache->Get()->access_key_id, "AKID2");
  broken_ = true;
  now_ += hours(100);
  EXPECT_EQ(cache->Get()->access_key_id, "AKID2");
}

TEST_F(CredentialCacheTest, TheFirstSourceThatHasKeysIsKept) {
  bool first_has = false;
  CredentialSource first{"first", [&]() -> FoundKeys {
                           if (!first_has) return std::nullopt;
                           AwsKeys keys;
                           keys.access_key_id = "FIRST";
                           return keys;
                         }};
  const auto cache = Cache({first, Numbered(hours(1))});
  EXPECT_EQ(cache->Get()->access_key_id, "AKID1");
  first_has = true;
  now_ += hours(1);
  EXPECT_EQ(cache->Get()->access_key_id, "AKID2") << "a job does not change its identity while it runs";
}

TEST_F(CredentialCacheTest, ASourceThatIsBrokenIsNotPassedOver) {
  CredentialSource broken{"broken", []() -> FoundKeys { return arrow::Status::IOError("half set up"); }};
  const auto cache = Cache({broken, Numbered(hours(1))});
  EXPECT_THAT(cache->Get().status().message(), HasSubstr("half set up"));
  EXPECT_EQ(asked_, 0);
}

TEST_F(CredentialCacheTest, SaysThatThereAreNone) {
  empty_ = true;
  EXPECT_THAT(Cache({Numbered(hours(1))})->Get().status().message(), HasSubstr("nothing was found"));
}

TEST_F(CredentialCacheTest, OneThreadAsksWhileTheOthersWait) {
  std::atomic<int> asked = 0;
  std::latch begun(1);
  CredentialSource slow{"slow", [&]() -> FoundKeys {
                          ++asked;
                          begun.wait();
                          AwsKeys keys;
                          keys.access_key_id = "AKID";
                          return keys;
                        }};
  const auto cache = Cache({slow});
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; ++i) {
      threads.emplace_back([&] { EXPECT_EQ(cache->Get()->access_key_id, "AKID"); });
    }
    begun.count_down();
  }
  EXPECT_EQ(asked, 1);
}

TEST_F(CredentialCacheTest, WhoeverWaitedForASourceThatFailsDoesNotAskItAgain) {
  std::atomic<int> asked = 0;
  std::latch begun(1);
  std::latch over(1);
  std::atomic<int> looks = 0;
  CredentialSource silent{"silent", [&]() -> FoundKeys {
                            ++asked;
                            begun.count_down();
                            over.wait();
                            return arrow::Status::IOError("no answer");
                          }};
  CredentialCache cache({silent}, "test", "nothing was found", [&] {
    ++looks;
    return now_;
  });
  std::jthread first([&] { EXPECT_THAT(cache.Get().status().message(), HasSubstr("no answer")); });
  begun.wait();
  const int looks_of_first = looks;
  std::jthread second([&] { EXPECT_THAT(cache.Get().status().message(), HasSubstr("no answer")); });
  // It looks at the clock before it waits.
  while (looks == looks_of_first) std::this_thread::yield();
  over.count_down();
  first.join();
  second.join();
  EXPECT_EQ(asked, 1);
  EXPECT_THAT(cache.Get().status().message(), HasSubstr("no answer"));
  EXPECT_EQ(asked, 2) << "who comes later asks anew";
}

/// A source that is asked and does not answer before it is let go.
class SilentSource {
 public:
  ~SilentSource() { LetGo(); }
  CredentialSource Get() {
    return {"silent", [state = state_]() -> FoundKeys {
              state->begun.Set();
              state->let_go.SleepFor(minutes(10));
              AwsKeys keys;
              keys.access_key_id = "LATE";
              return keys;
            }};
  }
  void AwaitQuestion() const { state_->begun.SleepFor(minutes(10)); }
  void LetGo() const { state_->let_go.Set(); }

 private:
  struct State {
    Interrupt begun;
    Interrupt let_go;
  };
  const std::shared_ptr<State> state_ = std::make_shared<State>();
};

TEST_F(CredentialCacheTest, WhoWaitsForASilentSourceLeavesWhenToldToAndTheOthersGoOnWaiting) {
  SilentSource silent;
  const auto cache = Cache({silent.Get()});
  Interrupt stop;
  std::jthread patient([&] { EXPECT_EQ(cache->Get()->access_key_id, "LATE"); });
  std::jthread stopped([&] {
    const auto keys = cache->Get({}, {.interrupt = &stop});
    EXPECT_TRUE(keys.status().IsCancelled()) << keys.status();
  });
  silent.AwaitQuestion();
  stop.Set();
  stopped.join();
  silent.LetGo();
}

TEST_F(CredentialCacheTest, AWaitThatIsOverSaysWhatWasWaitedFor) {
  SilentSource silent;
  const auto cache = Cache({silent.Get()});
  const arrow::Status status =
      cache->Get({}, {.until = std::chrono::steady_clock::now() + std::chrono::milliseconds(1)}).status();
  EXPECT_THAT(status.message(), HasSubstr("the AWS keys of test were asked for, and none came within"));
  ASSERT_NE(HttpError(status), nullptr);
  EXPECT_TRUE(HttpError(status)->retryable());
  silent.LetGo();
  EXPECT_EQ(cache->Get()->access_key_id, "LATE");
}

TEST_F(CredentialCacheTest, ValidKeysAreUsedWhileTheirSourceIsSilent) {
  SilentSource silent;
  bool is_silent = false;
  CredentialSource source{
      "at times", [&, late = silent.Get()] { return is_silent ? late.find() : Numbered(hours(1)).find(); }};
  const auto cache = Cache({source});
  EXPECT_EQ(cache->Get()->access_key_id, "AKID1");
  is_silent = true;
  now_ += minutes(58);
  const auto now = std::chrono::steady_clock::now();
  EXPECT_EQ(cache->Get({}, {.until = now})->access_key_id, "AKID1") << "who began to ask";
  EXPECT_EQ(cache->Get()->access_key_id, "AKID1") << "who finds that somebody asks";
  silent.LetGo();
  EXPECT_EQ(cache->Get(hours(1))->access_key_id, "LATE");
}

/// While it lives the system starts no thread: there is no room for its stack.
class NoMoreThreads {
 public:
  NoMoreThreads() {
    EXPECT_EQ(pthread_getattr_default_np(&before_), 0);
    pthread_attr_t endless;
    EXPECT_EQ(pthread_attr_init(&endless), 0);
    EXPECT_EQ(pthread_attr_setstacksize(&endless, size_t{1} << 47), 0);
    EXPECT_EQ(pthread_setattr_default_np(&endless), 0);
    EXPECT_EQ(pthread_attr_destroy(&endless), 0);
  }
  ~NoMoreThreads() {
    EXPECT_EQ(pthread_setattr_default_np(&before_), 0);
    EXPECT_EQ(pthread_attr_destroy(&before_), 0);
  }
  NoMoreThreads(const NoMoreThreads&) = delete;
  NoMoreThreads& operator=(const NoMoreThreads&) = delete;

 private:
  pthread_attr_t before_;
};

TEST_F(CredentialCacheTest, ValidKeysAreUsedWhileNoThreadCanBeStartedToRenewThem) {
  const auto cache = Cache({Numbered(hours(1))});
  {
    const NoMoreThreads fault;
    EXPECT_THAT(cache->Get().status().message(), AllOf(HasSubstr("the AWS keys of test cannot be asked for"),
                                                       HasSubstr("starts no more threads")));
  }
  EXPECT_EQ(cache->Get()->access_key_id, "AKID1");
  now_ += minutes(56);
  {
    const NoMoreThreads fault;
    EXPECT_EQ(cache->Get()->access_key_id, "AKID1");
    EXPECT_EQ(cache->Get(minutes(30))->access_key_id, "AKID1");
    EXPECT_EQ(asked_, 1);
    now_ += minutes(4);
    EXPECT_THAT(cache->Get().status().message(), HasSubstr("starts no more threads"));
  }
  EXPECT_EQ(cache->Get()->access_key_id, "AKID2");
}

TEST_F(CredentialCacheTest, KeysThatAwsRefusesAreRenewedAndOthersAreNot) {
  const auto cache = Cache({Numbered(hours(1))});
  const AwsKeys first = *cache->Get();
  now_ += minutes(1);
  cache->Refuse(first);
  EXPECT_EQ(cache->Get()->access_key_id, "AKID2");
  now_ += minutes(1);
  cache->Refuse(first);
  EXPECT_EQ(cache->Get()->access_key_id, "AKID2") << "another thread had the old ones refused, too";
  cache->Refuse(*cache->Get());
  broken_ = true;
  now_ += minutes(1);
  EXPECT_EQ(cache->Get()->access_key_id, "AKID2") << "AWS may be wrong, and there are no others";
}

}  // namespace
}  // namespace redshift
