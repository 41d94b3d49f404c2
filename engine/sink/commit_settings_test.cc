#include "engine/sink/commit_settings.h"

#include <gtest/gtest.h>

namespace redshift {
namespace {

TEST(RegionOfHost, IsReadFromAmazonsNames) {
  EXPECT_EQ(RegionOfHost("examplecluster.abc123xyz789.us-west-2.redshift.amazonaws.com"), "us-west-2");
  EXPECT_EQ(RegionOfHost("default.123456789012.eu-central-1.redshift-serverless.amazonaws.com"),
            "eu-central-1");
  EXPECT_EQ(RegionOfHost("c.abc.cn-north-1.redshift.amazonaws.com.cn"), "cn-north-1");
  EXPECT_EQ(RegionOfHost("127.0.0.1"), "");
  EXPECT_EQ(RegionOfHost("warehouse.example.com"), "");
}

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
