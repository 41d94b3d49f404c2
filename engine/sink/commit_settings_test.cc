#include "engine/sink/commit_settings.h"

#include <gtest/gtest.h>

namespace redshift {
namespace {

TEST(CopyRegion, IsSaidOnlyWhereRegionsMayDiffer) {
  const std::string cluster = "c.abc.us-west-2.redshift.amazonaws.com";
  EXPECT_EQ(CopyRegion(cluster, "us-west-2"), std::nullopt);
  EXPECT_EQ(CopyRegion(cluster, "eu-west-1"), "eu-west-1");
  EXPECT_EQ(CopyRegion(cluster, ""), std::nullopt);
  // Where the cluster is cannot be told.
  EXPECT_EQ(CopyRegion("warehouse.example.com", "eu-west-1"), "eu-west-1");
  EXPECT_EQ(CopyRegion("warehouse.example.com", ""), std::nullopt);
}

}  // namespace
}  // namespace redshift
