#include "engine/warehouse/connection_settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>

namespace redshift {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

std::map<std::string, std::string> Given() {
  return {{"connector", "redshift"},
          {"hostname", "cluster.example.com"},
          {"username", "loader"},
          {"table-name", "t"}};
}

TEST(ConnectionSettings, ComeFromTheOptionTable) {
  auto given = Given();
  given["password"] = "Hunter2hunter2";
  given["connect.timeout"] = "5 s";
  given["statement.timeout"] = "2 min";
  const ConnectionSettings settings = *ConnectionSettings::From(*Options::Parse(given));
  EXPECT_EQ(settings.host, "cluster.example.com");
  EXPECT_EQ(settings.port, 5439);
  EXPECT_EQ(settings.database, "dev");
  EXPECT_EQ(settings.password.Reveal(), "Hunter2hunter2");
  EXPECT_EQ(settings.ssl_mode, "verify-full");
  EXPECT_EQ(settings.connect_timeout, std::chrono::seconds(5));
  EXPECT_EQ(settings.statement_timeout, std::chrono::minutes(2));
}

TEST(ConnectionSettings, PasswordFileIsReadWithoutItsLineEnd) {
  const std::string path = ::testing::TempDir() + "connection_settings_password";
  std::ofstream(path) << "Pass word\n";
  auto given = Given();
  given["password-file"] = path;
  EXPECT_EQ(ConnectionSettings::From(*Options::Parse(given))->password.Reveal(), "Pass word");
  std::remove(path.c_str());
  EXPECT_THAT(ConnectionSettings::From(*Options::Parse(given)).status().message(),
              AllOf(HasSubstr(path), HasSubstr("'password-file'")));
}

}  // namespace
}  // namespace redshift
