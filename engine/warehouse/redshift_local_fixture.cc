#include "engine/warehouse/redshift_local_fixture.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <iostream>

namespace redshift {
namespace {

/// Exit code of redshift-local (docs/redshift-local.md).
constexpr int kFaultsNeverFired = 3;

[[noreturn]] void Fail(const std::string& why) {
  std::cerr << "redshift-local: " << why << std::endl;
  std::abort();
}

std::string Program() {
  const char* given = std::getenv("REDSHIFT_LOCAL");
  return given != nullptr ? given : REDSHIFT_LOCAL_DEFAULT;
}

std::vector<std::string>& MoreArguments() {
  static std::vector<std::string> arguments;
  return arguments;
}

}  // namespace

/// Starts the process with the first test and stops it after the last.
class RedshiftLocalProcess : public ::testing::Environment {
 public:
  RedshiftLocal local;

  void SetUp() override {
    int out[2];
    if (pipe(out) != 0) Fail("no pipe");
    const std::string program = Program();
    pid_ = fork();
    if (pid_ == 0) {
      prctl(PR_SET_PDEATHSIG, SIGTERM);
      dup2(out[1], STDOUT_FILENO);
      close(out[0]);
      close(out[1]);
      std::vector<std::string> said = {program, "--port", "0", "--s3-port", "0", "--api-port", "0"};
      if (const char* isolation = std::getenv("REDSHIFT_LOCAL_ISOLATION")) {
        said.insert(said.end(), {"--isolation", isolation});
      }
      said.insert(said.end(), MoreArguments().begin(), MoreArguments().end());
      std::vector<char*> arguments;
      for (std::string& argument : said) arguments.push_back(argument.data());
      arguments.push_back(nullptr);
      execv(program.c_str(), arguments.data());
      std::cerr << "cannot run " << program << "; build it, or set REDSHIFT_LOCAL" << std::endl;
      _exit(127);
    }
    close(out[1]);
    output_ = out[0];
    local.ReadReadyLine(ReadLine());
  }

  void TearDown() override {
    local.session_.reset();
    kill(pid_, SIGTERM);
    int status = 0;
    waitpid(pid_, &status, 0);
    close(output_);
    EXPECT_FALSE(WIFEXITED(status) && WEXITSTATUS(status) == kFaultsNeverFired)
        << "a test asked for a fault that never fired; the log above names it";
  }

 private:
  std::string ReadLine() {
    std::string line;
    while (true) {
      pollfd wait{output_, POLLIN, 0};
      if (poll(&wait, 1, 120'000) <= 0) Fail("no ready line within two minutes");
      char c = 0;
      if (read(output_, &c, 1) != 1) Fail("ended before it was ready: '" + line + "'");
      if (c == '\n') return line;
      line += c;
    }
  }

  pid_t pid_ = -1;
  int output_ = -1;
};

namespace {
// googletest owns it.
RedshiftLocalProcess* const process =
    static_cast<RedshiftLocalProcess*>(::testing::AddGlobalTestEnvironment(new RedshiftLocalProcess));
}  // namespace

const RedshiftLocal& RedshiftLocal::Get() {
  return process->local;
}

bool RedshiftLocal::AddArguments(const std::vector<std::string>& arguments) {
  MoreArguments().insert(MoreArguments().end(), arguments.begin(), arguments.end());
  return true;
}

void RedshiftLocal::ReadReadyLine(const std::string& line) {
  auto field = [&](const std::string& key) {
    const size_t at = line.find(" " + key + "=");
    if (at == std::string::npos) Fail(key + " is not in the ready line: " + line);
    const size_t begin = at + key.size() + 2;
    return line.substr(begin, line.find(' ', begin) - begin);
  };
  // postgresql://user:password@host:port/database
  std::string url = field("url");
  auto take = [&](const std::string& until) {
    const size_t end = url.find(until);
    if (end == std::string::npos) Fail("the url is not complete in: " + line);
    std::string part = url.substr(0, end);
    url.erase(0, end + until.size());
    return part;
  };
  take("://");
  user_ = take(":");
  password_ = take("@");
  host_ = take(":");
  port_ = std::stoi(take("/"));
  database_ = url;
  s3_ = field("s3");
  bucket_ = field("bucket");
  region_ = field("region");
  access_key_ = field("access-key");
  secret_key_ = field("secret-key");
  ca_ = field("ca");
  api_ = field("api");
}

std::map<std::string, std::string> RedshiftLocal::Options() const {
  return {{"connector", "redshift"},
          {"hostname", host_},
          {"port", std::to_string(port_)},
          {"username", user_},
          {"password", password_},
          {"database-name", database_},
          {"ssl.mode", "disable"},
          {"s3-uri", "s3://" + bucket_ + "/engine-test"},
          {"aws.endpoint", s3_},
          {"aws.region", region_},
          {"aws.credentials.provider", "BASIC"},
          {"aws.credentials.basic.accesskeyid", access_key_},
          {"aws.credentials.basic.secretkey", secret_key_}};
}

ConnectionSettings RedshiftLocal::Connection() const {
  ConnectionSettings settings;
  settings.host = host_;
  settings.port = port_;
  settings.database = database_;
  settings.user = user_;
  settings.password = Secret(password_);
  settings.ssl_mode = "disable";
  return settings;
}

std::unique_ptr<Session> RedshiftLocal::Connect() const {
  return Session::Open(Connection()).ValueOrDie();
}

std::string RedshiftLocal::Sql(const std::string& text) const {
  if (!session_ || !session_->usable()) session_ = Connect();
  auto result = session_->Execute(Statement{text, text, {}}, Clock::now() + std::chrono::minutes(2));
  if (!result.ok()) {
    ADD_FAILURE() << result.status();
    return "";
  }
  return std::string(result->Get(0, 0).value_or(""));
}

int64_t RedshiftLocal::Count(const std::string& text) const {
  const std::string number = Sql(text);
  return number.empty() ? -1 : std::stoll(number);
}

}  // namespace redshift
