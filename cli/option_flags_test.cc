#include "cli/option_flags.h"

#include <gmock/gmock.h>

#include <CLI/CLI.hpp>

#include "engine/option/option_table.h"

namespace redshift {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::Pair;

TEST(OptionsFile, LinesMayBeWrittenAsAfterWithOrAsInProperties) {
  const auto options = ParseOptionsFile(
      "# how S3 is reached\n"
      "\n"
      "'connector' = 'redshift',\r\n"
      "  'aws.endpoint'='http://127.0.0.1:9000'\n"
      "'aws.credentials.basic.secretkey' = 'it''s = , : #',\n"
      "aws.region: eu-west-1\n"
      "s3-uri = s3://bucket/a\n"
      "aws.credentials.basic.sessiontoken=abc==,");
  ASSERT_TRUE(options.ok()) << options.status();
  EXPECT_THAT(*options,
              ElementsAre(Pair("aws.credentials.basic.secretkey", "it's = , : #"),
                          Pair("aws.credentials.basic.sessiontoken", "abc==,"),
                          Pair("aws.endpoint", "http://127.0.0.1:9000"), Pair("aws.region", "eu-west-1"),
                          Pair("connector", "redshift"), Pair("s3-uri", "s3://bucket/a")));
  EXPECT_TRUE(ParseOptionsFile("").ValueOrDie().empty());
}

TEST(OptionsFile, ALineThatIsWrongIsNamedWithoutItsValue) {
  for (const char* line :
       {"planted-secret", "= planted-secret", "'a' = planted-secret", "'a' 'planted-secret'",
        "'a' = 'planted-secret", "'a' = 'planted'secret'", "'a' = '"}) {
    const arrow::Status status = ParseOptionsFile(std::string("s3-uri = s3://b/a\n") + line).status();
    EXPECT_THAT(status.message(), HasSubstr("line 2 ")) << line;
    EXPECT_THAT(status.message(), Not(HasSubstr("planted"))) << line;
  }
  EXPECT_THAT(ParseOptionsFile("a = 1\na = 1").status().message(),
              HasSubstr("line 2 gives 'a' a second time"));
}

TEST(OptionsFile, OneThatCannotBeReadIsNamed) {
  EXPECT_THAT(ReadOptionsFile("/nowhere/options").status().message(), HasSubstr("'/nowhere/options'"));
  EXPECT_THAT(ReadOptionsFile("/").status().message(), HasSubstr("'/'"));
}

std::string Parse(const std::string& line, GivenOptions* given) {
  CLI::App app("x");
  AddStorageFlags(&app, given);
  try {
    app.parse(line);
  } catch (const CLI::ParseError& error) {
    return error.what();
  }
  return "";
}

TEST(StorageFlags, EverySpellingOfAnOptionIsAFlag) {
  int options = 0;
  for (const OptionSpec& spec : OptionTable()) {
    if (spec.key != "s3-uri" && !spec.key.starts_with("aws.")) continue;
    ++options;
    std::vector<std::string_view> spellings = spec.aliases;
    spellings.push_back(spec.key);
    for (const std::string_view spelling : spellings) {
      GivenOptions given;
      EXPECT_EQ(Parse("--" + std::string(spelling) + " x", &given), "");
      EXPECT_THAT(given, ElementsAre(Pair(spec.key, "x")));
    }
  }
  EXPECT_GE(options, 14);
}

TEST(StorageFlags, WhatHasNothingToDoWithS3IsNoFlag) {
  GivenOptions given;
  EXPECT_THAT(Parse("--password x", &given), HasSubstr("--password"));
  EXPECT_TRUE(given.empty());
}

}  // namespace
}  // namespace redshift
