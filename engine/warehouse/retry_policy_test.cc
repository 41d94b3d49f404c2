#include "engine/warehouse/retry_policy.h"

#include <gtest/gtest.h>

namespace redshift {
namespace {

using std::chrono::milliseconds;

arrow::Status Failure(Retry retry) {
  auto detail = std::make_shared<WarehouseErrorDetail>();
  detail->retry = retry;
  return arrow::Status(arrow::StatusCode::IOError, "x", detail);
}

int RepeatsOf(Retry retry, const RetrySettings& settings) {
  RetryPolicy policy(settings);
  int repeats = 0;
  while (repeats < 1000 && policy.NextWait(Failure(retry), Clock::now())) ++repeats;
  return repeats;
}

TEST(RetryPolicy, StatementsAreRepeatedAsOftenAsMaxRetriesSays) {
  EXPECT_EQ(RepeatsOf(Retry::kStatement, RetrySettings{.statement_retries = 3}), 3);
  EXPECT_EQ(RepeatsOf(Retry::kStatement, RetrySettings{.statement_retries = 0}), 0);
}

TEST(RetryPolicy, ConflictsGetAtLeastTenAttempts) {
  EXPECT_EQ(RepeatsOf(Retry::kConflict, RetrySettings{.statement_retries = 0}), 9);
  EXPECT_EQ(RepeatsOf(Retry::kConflict, RetrySettings{.statement_retries = 20}), 20);
}

TEST(RetryPolicy, PermanentAndForeignErrorsAreNotRepeated) {
  RetryPolicy policy{RetrySettings{}};
  EXPECT_EQ(policy.NextWait(Failure(Retry::kNever), Clock::now()), std::nullopt);
  EXPECT_EQ(policy.NextWait(arrow::Status::IOError("S3"), Clock::now()), std::nullopt);
}

TEST(RetryPolicy, LostConnectionsAreRepeatedForAQuarterOfAnHour) {
  RetryPolicy policy{RetrySettings{}};
  Clock::time_point now;
  const Clock::time_point start = now;
  while (auto wait = policy.NextWait(Failure(Retry::kConnection), now)) {
    EXPECT_LE(*wait, milliseconds(60'000));
    now += std::max(*wait, milliseconds(1));
  }
  EXPECT_GE(now - start, std::chrono::minutes(15));
  EXPECT_LE(now - start, std::chrono::minutes(15) + std::chrono::seconds(1));
}

TEST(RetryPolicy, ConnectionTimeStartsAnewAfterAnotherKindOfFailure) {
  RetryPolicy policy{RetrySettings{}};
  Clock::time_point now;
  EXPECT_TRUE(policy.NextWait(Failure(Retry::kConnection), now));
  now += std::chrono::minutes(10);
  EXPECT_TRUE(policy.NextWait(Failure(Retry::kConflict), now));
  now += std::chrono::minutes(10);
  EXPECT_TRUE(policy.NextWait(Failure(Retry::kConnection), now));
}

TEST(RetryPolicy, WaitsGrowAndVary) {
  RetryPolicy policy{RetrySettings{.statement_retries = 10}};
  EXPECT_GE(*policy.NextWait(Failure(Retry::kStatement), Clock::now()), milliseconds(500));
  EXPECT_LE(*policy.NextWait(Failure(Retry::kStatement), Clock::now()), milliseconds(2'000));
  EXPECT_GE(*policy.NextWait(Failure(Retry::kStatement), Clock::now()), milliseconds(2'000));
  EXPECT_GE(*policy.NextWait(Failure(Retry::kStatement), Clock::now()), milliseconds(4'000));
}

}  // namespace
}  // namespace redshift
