#include "local/testing/local_process.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <utility>

namespace redshift_local {
namespace {

std::string ReadLine(int descriptor) {
  std::string line;
  char c;
  while (::read(descriptor, &c, 1) == 1 && c != '\n') line.push_back(c);
  return line;
}

Answer ToAnswer(const PGresult* result, PGconn* connection) {
  Answer answer;
  if (result == nullptr) {
    answer.sqlstate = "08006";
    answer.message = PQerrorMessage(connection);
    return answer;
  }
  const ExecStatusType status = PQresultStatus(result);
  if (status == PGRES_FATAL_ERROR) {
    const auto field = [&](int code) {
      const char* text = PQresultErrorField(result, code);
      return std::string(text == nullptr ? "" : text);
    };
    answer.sqlstate = field(PG_DIAG_SQLSTATE);
    answer.message = field(PG_DIAG_MESSAGE_PRIMARY);
    answer.detail = field(PG_DIAG_MESSAGE_DETAIL);
    answer.hint = field(PG_DIAG_MESSAGE_HINT);
    if (answer.sqlstate.empty()) {
      answer.sqlstate = "08006";
      answer.message = PQresultErrorMessage(result);
    }
    return answer;
  }
  answer.tag = PQcmdStatus(const_cast<PGresult*>(result));
  for (int row = 0; row < PQntuples(result); ++row) {
    auto& values = answer.rows.emplace_back();
    for (int column = 0; column < PQnfields(result); ++column) {
      values.push_back(PQgetisnull(result, row, column) ? "NULL" : PQgetvalue(result, row, column));
    }
  }
  return answer;
}

}  // namespace

LocalProcess::LocalProcess(const std::vector<std::string>& arguments) {
  const char* set = std::getenv("REDSHIFT_LOCAL");
  std::vector<std::string> words = {set != nullptr ? set : REDSHIFT_LOCAL_PROGRAM};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  char name[] = "/tmp/redshift-local-test-XXXXXX";
  const int log = ::mkstemp(name);
  log_file_ = name;
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
  pid_ = ::fork();
  if (pid_ == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGTERM);
    ::dup2(ends[1], 1);
    ::dup2(log, 2);
    ::execv(argv[0], argv.data());
    ::_exit(127);
  }
  ::close(ends[1]);
  ::close(log);
  output_ = ends[0];
  ready_line_ = ReadLine(output_);
}

LocalProcess::~LocalProcess() {
  if (!exit_code_) Stop(SIGTERM);
  ::close(output_);
  ::unlink(log_file_.c_str());
}

std::string LocalProcess::Ready(std::string_view key) const {
  std::istringstream words(ready_line_);
  std::string word;
  const std::string prefix = fmt::format("{}=", key);
  while (words >> word) {
    if (word.starts_with(prefix)) return word.substr(prefix.size());
  }
  return "";
}

int LocalProcess::port() const {
  const std::string url = Ready("url");
  return std::atoi(url.c_str() + url.rfind(':') + 1);
}

std::string LocalProcess::Log() const {
  std::ifstream file(log_file_);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

int LocalProcess::Stop(int signal) {
  ::kill(pid_, signal);
  return Wait();
}

int LocalProcess::Wait() {
  if (!exit_code_) {
    int status = 0;
    while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    exit_code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }
  return *exit_code_;
}

LocalProcess& SharedLocal() {
  static LocalProcess local({"--port", "0", "--s3-port", "0", "--api-port", "0"});
  if (!local.is_ready()) throw std::runtime_error("redshift-local did not start: " + local.Log());
  return local;
}

std::string Answer::Value() const {
  if (!ok()) return message;
  if (rows.size() != 1 || rows[0].size() != 1) return fmt::format("({} rows)", rows.size());
  return rows[0][0];
}

Client::Client(const LocalProcess& local, const std::string& extra) : connection_(nullptr, PQfinish) {
  const std::string base =
      fmt::format("host=127.0.0.1 port={} user=awsuser password=Awsuser1 dbname=dev sslmode=disable {}",
                  local.port(), extra);
  connection_.reset(PQconnectdb(base.c_str()));
  PQsetNoticeReceiver(connection_.get(), &Client::OnNotice, this);
}

void Client::OnNotice(void* self, const PGresult* notice) {
  static_cast<Client*>(self)->notices_.push_back(
      fmt::format("{}: {}", PQresultErrorField(notice, PG_DIAG_SEVERITY),
                  PQresultErrorField(notice, PG_DIAG_MESSAGE_PRIMARY)));
}

std::vector<std::string> Client::TakeNotices() {
  return std::exchange(notices_, {});
}

Answer Client::Run(const std::string& sql) {
  const std::unique_ptr<PGresult, decltype(&PQclear)> result(PQexec(connection_.get(), sql.c_str()), PQclear);
  return ToAnswer(result.get(), connection_.get());
}

Answer Client::RunWith(const std::string& sql, const std::vector<std::string>& values) {
  std::vector<const char*> texts;
  for (const std::string& value : values) texts.push_back(value.c_str());
  const std::unique_ptr<PGresult, decltype(&PQclear)> result(
      PQexecParams(connection_.get(), sql.c_str(), static_cast<int>(texts.size()), nullptr, texts.data(),
                   nullptr, nullptr, 0),
      PQclear);
  return ToAnswer(result.get(), connection_.get());
}

void Client::Send(const std::string& sql) {
  PQsendQuery(connection_.get(), sql.c_str());
  PQflush(connection_.get());
}

Answer Client::Await() {
  Answer answer;
  while (PGresult* result = PQgetResult(connection_.get())) {
    answer = ToAnswer(result, connection_.get());
    PQclear(result);
  }
  return answer;
}

bool Client::HasAnswerWithin(int milliseconds) {
  pollfd socket{PQsocket(connection_.get()), POLLIN, 0};
  return ::poll(&socket, 1, milliseconds) > 0;
}

void Client::Vanish() {
  ::shutdown(PQsocket(connection_.get()), SHUT_RDWR);
}

void PutObject(const LocalProcess& local, const std::string& key, const std::string& bytes) {
  const std::string url = local.Ready("s3");
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(std::atoi(url.c_str() + url.rfind(':') + 1)));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  std::string answer;
  if (::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0) {
    const std::string request =
        fmt::format(
            "PUT /{}/{} HTTP/1.1\r\nHost: {}\r\nAuthorization: AWS4-HMAC-SHA256 Credential=test/20260101/"
            "us-east-1/s3/aws4_request, SignedHeaders=host, Signature=00\r\nContent-Length: {}\r\n"
            "Connection: close\r\n\r\n",
            local.Ready("bucket"), key, url.substr(7), bytes.size()) +
        bytes;
    for (size_t sent = 0; sent < request.size();) {
      const ssize_t n = ::send(socket, request.data() + sent, request.size() - sent, MSG_NOSIGNAL);
      if (n <= 0) break;
      sent += static_cast<size_t>(n);
    }
    char buffer[4096];
    ssize_t n;
    while ((n = ::recv(socket, buffer, sizeof(buffer), 0)) > 0) answer.append(buffer, static_cast<size_t>(n));
  }
  ::close(socket);
  if (!answer.starts_with("HTTP/1.1 200")) throw std::runtime_error("PUT of " + key + " failed: " + answer);
}

}  // namespace redshift_local
