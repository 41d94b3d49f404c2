#include "engine/aws/host_environment.h"

#include <gmock/gmock.h>

namespace redshift {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(HostEnvironment, TakesWhatJavaHandsOver) {
  const HostEnvironment host = HostEnvironment::FromGiven({{"flink.s3.access-key", "AKIDFLINK"},
                                                           {"flink.s3.secret-key", "flink-secret"},
                                                           {"flink.s3.endpoint", "http://minio:9000"},
                                                           {"flink.s3.path.style.access", "true"},
                                                           {"java.aws.accessKeyId", "AKIDJAVA"},
                                                           {"java.aws.secretAccessKey", "java-secret"},
                                                           {"java.aws.sessionToken", "java-token"}})
                                   .ValueOrDie();
  EXPECT_EQ(host.flink_access_key, "AKIDFLINK");
  EXPECT_EQ(host.flink_secret_key.Reveal(), "flink-secret");
  EXPECT_EQ(host.flink_endpoint, "http://minio:9000");
  EXPECT_EQ(host.flink_path_style_access, true);
  EXPECT_EQ(host.java_access_key_id, "AKIDJAVA");
  EXPECT_EQ(host.java_secret_access_key.Reveal(), "java-secret");
  EXPECT_EQ(host.java_session_token.Reveal(), "java-token");
  EXPECT_EQ(HostEnvironment::FromGiven({})->flink_path_style_access, std::nullopt);
}

TEST(HostEnvironment, RefusesWhatItDoesNotKnowWithoutRepeatingItsValue) {
  EXPECT_THAT(HostEnvironment::FromGiven({{"flink.s3.password", "hunter2"}}).status().message(),
              AllOf(HasSubstr("flink.s3.password"), Not(HasSubstr("hunter2"))));
}

}  // namespace
}  // namespace redshift
