#include "local/session/fault_board.h"

#include <gtest/gtest.h>

namespace redshift_local {
namespace {

TEST(FaultBoardTest, FiresAsOftenAsAskedFor) {
  FaultBoard board;
  EXPECT_FALSE(board.Take(FaultMoment::kCommit, "select 1"));
  board.Arm({.fault = Fault::kCutBeforeCommit, .times = 2});
  EXPECT_EQ(CountNeverFired(board.All()), 1);
  EXPECT_EQ(board.Take(FaultMoment::kCommit, "select 1")->fault, Fault::kCutBeforeCommit);
  EXPECT_TRUE(board.Take(FaultMoment::kCommit, "select 1"));
  EXPECT_FALSE(board.Take(FaultMoment::kCommit, "select 1"));
  EXPECT_EQ(CountNeverFired(board.All()), 0);
  EXPECT_EQ(board.All().at(0).fired, 2);
  EXPECT_EQ(board.All().at(0).asked, 2);
}

TEST(FaultBoardTest, APatternChoosesTheMoment) {
  FaultBoard board;
  board.Arm({.fault = Fault::kCutBeforeCommit, .pattern = "COPY \"Target\""});
  EXPECT_FALSE(board.Take(FaultMoment::kCommit, "BEGIN\nINSERT INTO other VALUES (1)\n"));
  EXPECT_EQ(board.All().at(0).asked, 0);
  EXPECT_TRUE(board.Take(FaultMoment::kCommit, "BEGIN\nCopy \"target\" FROM 's3://b/m'\n"));
  EXPECT_EQ(board.All().at(0).asked, 1);
}

TEST(FaultBoardTest, WhereOnlyPatternsAreMeantOthersAreNotAsked) {
  FaultBoard board;
  board.Arm({.fault = Fault::kDeadlock});
  board.Arm({.fault = Fault::kSlow, .pattern = "lock"});
  EXPECT_EQ(board.Take(FaultMoment::kStatement, "lock t", true)->fault, Fault::kSlow);
  EXPECT_EQ(board.All().at(0).asked, 0);
  EXPECT_EQ(board.Take(FaultMoment::kStatement, "insert into t values (1)")->fault, Fault::kDeadlock);
}

TEST(FaultBoardTest, EachFaultHasItsOwnMoment) {
  FaultBoard board;
  board.Arm({.fault = Fault::kApiThrottle, .pattern = "getcredentials"});
  board.Arm({.fault = Fault::kCutBeforeCommit});
  EXPECT_FALSE(board.Take(FaultMoment::kApiCall, "GetWorkgroup"));
  EXPECT_FALSE(board.Take(FaultMoment::kStatement, "select 1"));
  EXPECT_TRUE(board.Take(FaultMoment::kApiCall, "GetCredentials"));
  EXPECT_FALSE(board.Take(FaultMoment::kApiCall, "GetCredentials"));
  EXPECT_EQ(board.Take(FaultMoment::kCommit, "select 1")->fault, Fault::kCutBeforeCommit);
}

TEST(FaultBoardTest, AnImprobableFaultIsAskedMoreOftenThanItFires) {
  FaultBoard board;
  board.Arm({.fault = Fault::kDeadlock, .times = 100'000, .probability = 0.25});
  int fired = 0;
  for (int i = 0; i < 10'000; ++i) fired += board.Take(FaultMoment::kStatement, "insert").has_value();
  EXPECT_EQ(board.All().at(0).asked, 10'000);
  EXPECT_EQ(board.All().at(0).fired, fired);
  EXPECT_GT(fired, 1'500);  // some 20 standard deviations away
  EXPECT_LT(fired, 3'500);
}

TEST(FaultBoardTest, ClearedFaultsStayInTheListAndFireNoMore) {
  FaultBoard board;
  board.Arm({.fault = Fault::kSilence, .times = 3});
  EXPECT_TRUE(board.Take(FaultMoment::kStatement, "select 1"));
  board.Clear();
  EXPECT_FALSE(board.Take(FaultMoment::kStatement, "select 1"));
  EXPECT_EQ(board.All().at(0).fired, 1);
  EXPECT_EQ(board.All().at(0).remaining, 0);
}

TEST(FaultBoardTest, NamesAreReadBackAsWritten) {
  EXPECT_EQ(FaultNames().size(), 23u);
  for (std::string_view name : FaultNames()) {
    const std::optional<Fault> fault = ParseFault(name);
    ASSERT_TRUE(fault) << name;
    EXPECT_EQ(FaultName(*fault), name);
  }
  EXPECT_FALSE(ParseFault("cut"));
}

}  // namespace
}  // namespace redshift_local
