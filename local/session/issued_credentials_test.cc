#include "local/session/issued_credentials.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace redshift_local {
namespace {

using ::testing::Field;
using ::testing::IsEmpty;
using namespace std::chrono_literals;

const IssuedCredentials::TimePoint kNow = std::chrono::sys_days(std::chrono::year(2026) / 1 / 1);

IssuedLogin Login(const std::string& password, std::chrono::seconds lasts) {
  IssuedLogin login;
  login.user = "IAM:alice";
  login.password = password;
  login.database_user = "alice";
  login.expires = kNow + lasts;
  return login;
}

auto Passwords(const std::vector<std::string>& passwords) {
  std::vector<::testing::Matcher<IssuedLogin>> each;
  for (const std::string& password : passwords) each.push_back(Field(&IssuedLogin::password, password));
  return ::testing::ElementsAreArray(each);
}

TEST(IssuedCredentialsTest, APasswordIsGoodUntilItExpiresAndNotAtThatMoment) {
  IssuedCredentials issued;
  issued.Issue(Login("first", 900s));
  EXPECT_THAT(issued.Find("IAM:alice", kNow + 899s), Passwords({"first"}));
  EXPECT_THAT(issued.Find("IAM:alice", kNow + 900s), IsEmpty());
  EXPECT_THAT(issued.Find("alice", kNow), IsEmpty());
}

TEST(IssuedCredentialsTest, ANewPasswordLeavesTheEarlierOnesValid) {
  IssuedCredentials issued;
  issued.Issue(Login("long", 3600s));
  issued.Issue(Login("short", 900s));
  EXPECT_THAT(issued.Find("IAM:alice", kNow), Passwords({"short", "long"}));
  EXPECT_THAT(issued.Find("IAM:alice", kNow + 1000s), Passwords({"long"}));
  issued.Expire("IAM:alice");
  EXPECT_THAT(issued.Find("IAM:alice", kNow), IsEmpty());
}

TEST(IssuedCredentialsTest, TheThreePrefixesAreKnownAsTheyAreSpelled) {
  for (const char* user : {"IAM:a", "IAMA:a", "IAMR:a"}) EXPECT_TRUE(IsTemporaryUser(user)) << user;
  for (const char* user : {"iam:a", "IAMX:a", "IAM", "alice"}) EXPECT_FALSE(IsTemporaryUser(user)) << user;
}

}  // namespace
}  // namespace redshift_local
