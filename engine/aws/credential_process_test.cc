#include "engine/aws/credential_process.h"

#include <gmock/gmock.h>

#include "engine/aws/testing/temporary_file.h"

namespace redshift {
namespace {

using redshift::testing::TemporaryFile;
using std::chrono::milliseconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::chrono::minutes kPatience{1};

// The words are those of Python's shlex.split, which the AWS CLI uses.
TEST(SplitCommand, IsThatOfTheAwsCli) {
  EXPECT_THAT(SplitCommand("/opt/bin/keys one  two").ValueOrDie(),
              ElementsAre("/opt/bin/keys", "one", "two"));
  EXPECT_THAT(SplitCommand("\"/opt/my tools/keys\" 'a \"b\"' \"c 'd'\"").ValueOrDie(),
              ElementsAre("/opt/my tools/keys", "a \"b\"", "c 'd'"));
  EXPECT_THAT(SplitCommand("keys a\\ b '' $HOME *").ValueOrDie(),
              ElementsAre("keys", "a b", "", "$HOME", "*"));
  EXPECT_THAT(SplitCommand("'a\\b'").ValueOrDie(), ElementsAre("a\\b"));
  EXPECT_THAT(SplitCommand(R"("a\b \"c\" \\")").ValueOrDie(), ElementsAre(R"(a\b "c" \)"));
  EXPECT_FALSE(SplitCommand("keys 'open").ok());
  EXPECT_FALSE(SplitCommand("  ").ok());
}

TEST(KeysFromProcess, ReadsWhatTheProgramPrints) {
  const TemporaryFile document(
      R"({"Version": 1, "AccessKeyId": "AKID", "SecretAccessKey": "hush", "SessionToken": "token",)"
      R"( "Expiration": "2026-11-23T12:00:00Z"})");
  const AwsKeys keys = KeysFromProcess("cat " + document.path(), "the profile", kPatience).ValueOrDie();
  EXPECT_EQ(keys.access_key_id, "AKID");
  EXPECT_EQ(keys.secret_access_key.Reveal(), "hush");
  EXPECT_EQ(keys.session_token.Reveal(), "token");
  EXPECT_EQ(keys.expires->time_since_epoch(), std::chrono::seconds(1795435200));
}

TEST(KeysFromProcess, ErrorsNameTheProfileAndNoArguments) {
  const auto error = [](const std::string& command) {
    return KeysFromProcess(command, "the AWS profile 'etl'", kPatience).status().message();
  };
  EXPECT_THAT(error("sh -c 'exit 3' hunter2"),
              AllOf(HasSubstr("'etl'"), HasSubstr("ended with status 3"), Not(HasSubstr("hunter2"))));
  EXPECT_THAT(error("/nonexistent/keys"), HasSubstr("No such file"));
  EXPECT_THAT(error("echo no-json"), HasSubstr("no JSON object"));
  EXPECT_THAT(error(R"(echo '{"Version": 1, "AccessKeyId": "AKID"}')"), HasSubstr("SecretAccessKey"));
  EXPECT_THAT(error(R"(echo '{"Version": 2, "AccessKeyId": "A", "SecretAccessKey": "hunter2"}')"),
              AllOf(HasSubstr("another Version"), Not(HasSubstr("hunter2"))));
  EXPECT_THAT(error("head -c 100000 /dev/zero"), HasSubstr("more than 64 KiB"));
}

TEST(KeysFromProcess, AProgramThatHangsIsKilled) {
  EXPECT_THAT(KeysFromProcess("sleep 600", "the profile", milliseconds(100)).status().message(),
              HasSubstr("did not end in time"));
  EXPECT_THAT(KeysFromProcess("sh -c 'exec >&-; exec sleep 600'", "the profile", milliseconds(100))
                  .status()
                  .message(),
              HasSubstr("did not end in time"));
}

}  // namespace
}  // namespace redshift
