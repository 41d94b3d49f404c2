#include "local/session/fault_board.h"

#include <gtest/gtest.h>

namespace redshift_local {
namespace {

TEST(FaultBoardTest, FiresAsOftenAsAskedFor) {
  FaultBoard board;
  EXPECT_FALSE(board.TakeFor("select 1"));
  board.Arm(Fault::kCutAfterCommit, 2, std::nullopt, "dev");
  EXPECT_TRUE(board.IsArmed());
  EXPECT_EQ(board.TakeFor("select 1")->fault, Fault::kCutAfterCommit);
  EXPECT_TRUE(board.TakeFor("select 1"));
  EXPECT_FALSE(board.TakeFor("select 1"));
  EXPECT_FALSE(board.IsArmed());
  EXPECT_EQ(board.All().at(0).fired, 2);
}

TEST(FaultBoardTest, APatternChoosesTheTransaction) {
  FaultBoard board;
  board.Arm(Fault::kCutBeforeCommit, 1, "COPY \"Target\"", "dev");
  EXPECT_FALSE(board.TakeFor("begin\ninsert into other values (1)\n"));
  EXPECT_EQ(board.All().at(0).fired, 0);
  EXPECT_TRUE(board.TakeFor("begin\ncopy \"target\" from 's3://b/m'\n"));
}

TEST(FaultBoardTest, EachFaultHasItsOwnMoment) {
  FaultBoard board;
  board.Arm(Fault::kApiThrottle, 1, "getcredentials", "dev");
  board.Arm(Fault::kCutBeforeCommit, 1, std::nullopt, "dev");
  EXPECT_FALSE(board.Take(Fault::kApiError, "GetCredentials"));
  EXPECT_FALSE(board.Take(Fault::kApiThrottle, "GetWorkgroup"));
  EXPECT_TRUE(board.Take(Fault::kApiThrottle, "GetCredentials"));
  EXPECT_FALSE(board.Take(Fault::kApiThrottle, "GetCredentials"));
  EXPECT_EQ(board.TakeFor("select 1")->fault, Fault::kCutBeforeCommit);
}

TEST(FaultBoardTest, NamesAreReadBackAsWritten) {
  for (const char* name :
       {"cut-before-commit", "cut-after-commit", "api-throttle", "api-error", "expire-credentials"}) {
    const std::optional<Fault> fault = ParseFault(name);
    ASSERT_TRUE(fault) << name;
    EXPECT_EQ(FaultName(*fault), name);
  }
  EXPECT_FALSE(ParseFault("cut"));
}

}  // namespace
}  // namespace redshift_local
