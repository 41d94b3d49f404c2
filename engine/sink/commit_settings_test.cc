#include "engine/sink/commit_settings.h"

#include <gtest/gtest.h>

namespace redshift {
namespace {

TEST(CopyRegion, IsSaidOnlyWhereRegionsMayDiffer) {
  CommitSettings settings;
  settings.connection.host = "c.abc.us-west-2.redshift.amazonaws.com";
  EXPECT_EQ(settings.CopyRegion("us-west-2"), std::nullopt);
  EXPECT_EQ(settings.CopyRegion("eu-west-1"), "eu-west-1");
  settings.connection.host = "warehouse.example.com";
  EXPECT_EQ(settings.CopyRegion("eu-west-1"), std::nullopt);
  settings.region = "eu-west-1";
  EXPECT_EQ(settings.CopyRegion("eu-west-1"), "eu-west-1");
}

}  // namespace
}  // namespace redshift
