#include "engine/aws/credential_cache.h"

#include <gmock/gmock.h>

#include <atomic>
#include <latch>
#include <thread>

namespace redshift {
namespace {

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

}  // namespace
}  // namespace redshift
