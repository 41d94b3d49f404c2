#include "engine/option/login_options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace redshift {
namespace {

using ::testing::HasSubstr;

using Given = std::map<std::string, std::string>;

std::string ErrorOf(Given given) {
  given["connector"] = "redshift";
  given["table-name"] = "t";
  const auto options = Options::Parse(given);
  return options.ok() ? "no error" : options.status().message();
}

constexpr const char* kArn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:redshift/etl-AbCdEf";

TEST(LoginOptions, TemporaryCredentialsNeedNeitherHostNorUser) {
  EXPECT_EQ(ErrorOf({{"iam.auth", "true"}, {"iam.cluster-identifier", "c-1"}}), "no error");
  EXPECT_EQ(ErrorOf({{"iam.auth", "true"}, {"iam.workgroup", "w-1"}, {"hostname", "h"}}), "no error");
  EXPECT_EQ(ErrorOf({{"iam.auth", "true"},
                     {"iam.cluster-identifier", "c-1"},
                     {"iam.db-user", "etl"},
                     {"iam.auto-create", "true"},
                     {"iam.db-groups", "loaders, readers"},
                     {"iam.endpoint", "http://127.0.0.1:5441"}}),
            "no error");
}

TEST(LoginOptions, ASecretNeedsNeitherHostNorUser) {
  EXPECT_EQ(ErrorOf({{"secret-arn", kArn}}), "no error");
  EXPECT_EQ(ErrorOf({{"secret-arn", kArn}, {"hostname", "h"}, {"secret-endpoint", "https://s"}}), "no error");
  EXPECT_EQ(ErrorOf({{"secret-arn", kArn}, {"iam.cluster-identifier", "c"}}), "no error");
}

TEST(LoginOptions, AClusterMayBeLookedUpForAPassword) {
  EXPECT_EQ(ErrorOf({{"iam.workgroup", "w"}, {"username", "u"}, {"password", "p"}}), "no error");
  EXPECT_THAT(ErrorOf({{"iam.workgroup", "w"}, {"hostname", "h"}, {"username", "u"}, {"password", "p"}}),
              HasSubstr("'iam.workgroup' has no effect with 'hostname'"));
}

TEST(LoginOptions, WaysToLogInExcludeEachOther) {
  const Given iam = {{"iam.auth", "true"}, {"iam.cluster-identifier", "c"}};
  const auto with = [](Given given, const std::string& key, const std::string& value) {
    given[key] = value;
    return ErrorOf(given);
  };
  EXPECT_THAT(with(iam, "secret-arn", kArn), HasSubstr("'iam.auth' and 'secret-arn' exclude each other"));
  EXPECT_THAT(with(iam, "username", "u"), HasSubstr("give 'iam.db-user' instead"));
  EXPECT_THAT(with(iam, "password", "p"), HasSubstr("'password' has no effect with 'iam.auth' = 'true'"));
  EXPECT_THAT(with(iam, "iam.workgroup", "w"), HasSubstr("exclude each other"));
  EXPECT_THAT(with({{"secret-arn", kArn}}, "password-file", "/f"),
              HasSubstr("'password-file' has no effect with 'secret-arn'"));
}

TEST(LoginOptions, TemporaryCredentialsNeedTls) {
  EXPECT_EQ(ErrorOf({{"iam.auth", "true"}, {"iam.workgroup", "w"}, {"ssl.mode", "disable"}}),
            "'ssl.mode' = 'disable' is refused with 'iam.auth' = 'true': Redshift takes temporary passwords "
            "over TLS "
            "only");
}

TEST(LoginOptions, WhatHasNoEffectIsRefused) {
  const Given password = {{"hostname", "h"}, {"username", "u"}, {"password", "p"}};
  const std::pair<const char*, const char*> keys[] = {{"iam.db-user", "u"},
                                                      {"iam.auto-create", "true"},
                                                      {"iam.db-groups", "g"},
                                                      {"iam.endpoint", "http://e"},
                                                      {"secret-endpoint", "http://e"}};
  for (const auto& [key, value] : keys) {
    Given given = password;
    given[key] = value;
    EXPECT_THAT(ErrorOf(given), HasSubstr("'" + std::string(key) + "' has no effect"));
  }
  EXPECT_THAT(ErrorOf({{"iam.auth", "true"}, {"iam.workgroup", "w"}, {"iam.db-user", "u"}}),
              HasSubstr("'iam.db-user' has no effect with 'iam.workgroup'"));
  EXPECT_THAT(ErrorOf({{"iam.auth", "true"}, {"iam.cluster-identifier", "c"}, {"iam.db-groups", "g"}}),
              HasSubstr("'iam.db-groups' has no effect without 'iam.db-user'"));
}

TEST(LoginOptions, WhatIsMissingIsNamed) {
  EXPECT_THAT(ErrorOf({{"iam.auth", "true"}, {"hostname", "h"}}),
              HasSubstr("'iam.cluster-identifier' or 'iam.workgroup' is missing"));
  EXPECT_EQ(ErrorOf({{"username", "u"}, {"password", "p"}}), "'hostname' is missing");
  EXPECT_EQ(ErrorOf({{"hostname", "h"}, {"password", "p"}}), "'username' is missing");
}

TEST(LoginOptions, NamesHaveTheirForm) {
  EXPECT_THAT(ErrorOf({{"iam.auth", "true"}, {"iam.cluster-identifier", "a/b"}}),
              HasSubstr("'iam.cluster-identifier' = 'a/b' is not valid"));
  EXPECT_THAT(ErrorOf({{"iam.auth", "true"},
                       {"iam.cluster-identifier", "c"},
                       {"iam.db-user", "u"},
                       {"iam.db-groups", "a,,b"}}),
              HasSubstr("'iam.db-groups' = 'a,,b' is not valid: a name is missing"));
  for (const char* arn :
       {"redshift/etl", "arn:aws:secretsmanager:us-east-1:123456789012:secret:",
        "arn:aws:s3:us-east-1:123456789012:secret:x", "arn:aws:secretsmanager:us east:1:secret:x"}) {
    EXPECT_THAT(ErrorOf({{"secret-arn", arn}}), HasSubstr("is not valid")) << arn;
  }
}

}  // namespace
}  // namespace redshift
