// A table's options alone decide what libpq says to whom: not its PG* variables, nor what lies at home.

#include "engine/warehouse/connect_string.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <libpq-fe.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <list>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "engine/warehouse/session.h"
#include "engine/warehouse/testing/listener.h"
#include "engine/warehouse/testing/variable.h"

namespace redshift {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using namespace std::string_view_literals;  // NOLINT: the bytes hold NUL

ConnectionSettings At(int port) {
  ConnectionSettings settings;
  settings.host = "127.0.0.1";
  settings.port = port;
  settings.database = "dev";
  settings.user = "loader";
  settings.password = Secret("Hunter2hunter2");
  settings.ssl_mode = "disable";
  settings.application_name = "flink";
  return settings;
}

using Keywords = std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)>;

std::map<std::string, std::string> Parsed(const Secret& text) {
  char* error = nullptr;
  const Keywords keywords(PQconninfoParse(text.Reveal().c_str(), &error), &PQconninfoFree);
  EXPECT_EQ(error, nullptr);
  std::map<std::string, std::string> parsed;
  for (const PQconninfoOption* one = keywords.get(); one != nullptr && one->keyword != nullptr; ++one) {
    if (one->val != nullptr) parsed[one->keyword] = one->val;
  }
  return parsed;
}

/// A home directory in which everything lies that libpq looks for.
class Home {
 public:
  Home() {
    path_ = (std::filesystem::temp_directory_path() / "home-XXXXXX").string();
    EXPECT_NE(mkdtemp(path_.data()), nullptr);
    Write(".pgpass", "*:*:*:*:Strangers1password\n");
    Write(".pg_service.conf", "[other]\nhost=elsewhere\noptions=-c search_path=other\n");
  }
  ~Home() { std::filesystem::remove_all(path_); }
  Home(const Home&) = delete;
  Home& operator=(const Home&) = delete;
  const std::string& path() const { return path_; }

 private:
  void Write(const std::string& name, const std::string& text) const {
    std::ofstream(path_ + "/" + name) << text;
    std::filesystem::permissions(path_ + "/" + name, std::filesystem::perms::owner_read);
  }
  std::string path_;
};

/// Everything a client says that is let in at once, or, with `ask`, is asked for its password in the clear.
std::string Said(const std::string& password, bool ask, arrow::Status* status) {
  Listener server;
  std::string said;
  server.Serve([&](int client) {
    said = ReadSome(client);
    SendAll(client, ask ? "R\0\0\0\x08\0\0\0\x03"sv : "R\0\0\0\x08\0\0\0\0Z\0\0\0\x05I"sv);
    said += ReadToEnd(client);
  });
  ConnectionSettings settings = At(server.port());
  settings.password = Secret(password);
  settings.connect_timeout = std::chrono::seconds(30);
  *status = Session::Open(settings).status();
  server.Stop();
  return said;
}

TEST(ConnectString, ValuesAreTakenLiterally) {
  ConnectionSettings settings = At(5439);
  settings.password = Secret("it's \\ 'a' sslmode=disable \\' \t$$");
  settings.database = "postgresql://elsewhere/x?sslmode=disable";
  settings.user = "host=elsewhere";
  settings.ssl_mode = "verify-full";
  auto parsed = Parsed(ConnectString(settings, "10.0.0.1", "/a b/roots'.pem"));
  EXPECT_EQ(parsed["password"], settings.password.Reveal());
  EXPECT_EQ(parsed["dbname"], settings.database);
  EXPECT_EQ(parsed["user"], settings.user);
  EXPECT_EQ(parsed["host"], "127.0.0.1");
  EXPECT_EQ(parsed["hostaddr"], "10.0.0.1");
  EXPECT_EQ(parsed["sslmode"], "verify-full");
  EXPECT_EQ(parsed["sslrootcert"], "/a b/roots'.pem");
}

TEST(ConnectString, SaysEveryWordThatAVariableCouldSay) {
  const auto parsed = Parsed(ConnectString(At(5439), "127.0.0.1", kNoFile));
  const Keywords keywords(PQconndefaults(), &PQconninfoFree);
  ASSERT_NE(keywords, nullptr);
  const std::set<std::string> refused = {"service", "require_auth"};
  int variables = 0;
  for (const PQconninfoOption* one = keywords.get(); one->keyword != nullptr; ++one) {
    if (one->envvar == nullptr || refused.contains(one->keyword)) continue;
    ++variables;
    EXPECT_TRUE(parsed.contains(one->keyword)) << one->keyword << " could come from " << one->envvar;
  }
  EXPECT_GT(variables, 25);
}

TEST(SessionOpen, VariablesAndFilesOfLibpqChangeNothing) {
  arrow::Status status;
  const std::string login = Said("Hunter2hunter2", false, &status);
  ASSERT_TRUE(status.ok()) << status;
  const Home home;
  std::list<Variable> variables;
  variables.emplace_back("HOME", home.path());
  variables.emplace_back("PGSERVICEFILE", home.path() + "/.pg_service.conf");
  const Keywords keywords(PQconndefaults(), &PQconninfoFree);
  ASSERT_NE(keywords, nullptr);
  const std::set<std::string> refused = {"PGSERVICE", "PGREQUIREAUTH"};
  for (const PQconninfoOption* one = keywords.get(); one->keyword != nullptr; ++one) {
    if (one->envvar != nullptr && !refused.contains(one->envvar)) {
      variables.emplace_back(one->envvar, "nonsense");
    }
  }
  EXPECT_EQ(Said("Hunter2hunter2", false, &status), login);
  EXPECT_TRUE(status.ok()) << status;
}

TEST(SessionOpen, NoPasswordIsTakenFromVariablesOrFiles) {
  const Home home;
  const Variable directory("HOME", home.path());
  const Variable file("PGPASSFILE", home.path() + "/.pgpass");
  const Variable password("PGPASSWORD", "Strangers1password");
  arrow::Status status;
  const std::string said = Said("", true, &status);
  EXPECT_THAT(said, AllOf(HasSubstr("loader"), Not(HasSubstr("Strangers1password"))));
  EXPECT_THAT(status.message(), HasSubstr("no password supplied"));
}

TEST(SessionOpen, VariablesThatLibpqObeysInAnyCaseAreRefused) {
  for (const char* name : {"PGSERVICE", "PGREQUIREAUTH", "PGTZ", "PGDATESTYLE", "PGGEQO"}) {
    const Variable variable(name, "other");
    const arrow::Status status = Session::Open(At(1)).status();
    EXPECT_THAT(status.message(), HasSubstr(std::string("sets ") + name + ", which libpq obeys"));
    ASSERT_NE(WarehouseError(status), nullptr);
    EXPECT_EQ(WarehouseError(status)->retry, Retry::kNever);
  }
}

}  // namespace
}  // namespace redshift
