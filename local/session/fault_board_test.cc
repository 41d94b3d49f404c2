#include "local/session/fault_board.h"

#include <gtest/gtest.h>

namespace redshift_local {
namespace {

TEST(FaultBoardTest, FiresAsOftenAsAskedFor) {
  FaultBoard board;
  EXPECT_FALSE(board.TakeFor("select 1"));
  board.Arm(Fault::kCutAfterCommit, 2, std::nullopt);
  EXPECT_TRUE(board.IsArmed());
  EXPECT_EQ(board.TakeFor("select 1")->fault, Fault::kCutAfterCommit);
  EXPECT_TRUE(board.TakeFor("select 1"));
  EXPECT_FALSE(board.TakeFor("select 1"));
  EXPECT_FALSE(board.IsArmed());
  EXPECT_EQ(board.All().at(0).fired, 2);
}

TEST(FaultBoardTest, APatternChoosesTheTransaction) {
  FaultBoard board;
  board.Arm(Fault::kCutBeforeCommit, 1, "COPY \"Target\"");
  EXPECT_FALSE(board.TakeFor("begin\ninsert into other values (1)\n"));
  EXPECT_EQ(board.All().at(0).fired, 0);
  EXPECT_TRUE(board.TakeFor("begin\ncopy \"target\" from 's3://b/m'\n"));
}

}  // namespace
}  // namespace redshift_local
