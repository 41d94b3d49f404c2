#include "local/copy/wire_test_support.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <sstream>

#include "local/copy/object_store.h"

namespace redshift_local {
namespace {

[[noreturn]] void GiveUp(const std::string& why) {
  std::fprintf(stderr, "redshift-local is not usable: %s\n", why.c_str());
  std::abort();
}

std::string ReadLine(int descriptor) {
  std::string line;
  char c = 0;
  while (read(descriptor, &c, 1) == 1 && c != '\n') line += c;
  return line;
}

Answer ToAnswer(PGresult* result) {
  Answer answer;
  const auto status = PQresultStatus(result);
  if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
    const auto field = [&](int code) {
      const char* text = PQresultErrorField(result, code);
      return std::string(text == nullptr ? "" : text);
    };
    answer.sqlstate = field(PG_DIAG_SQLSTATE);
    answer.message = field(PG_DIAG_MESSAGE_PRIMARY);
    answer.detail = field(PG_DIAG_MESSAGE_DETAIL);
    if (answer.message.empty()) answer.message = PQresultErrorMessage(result);
  } else {
    answer.tag = PQcmdStatus(result);
  }
  for (int row = 0; row < PQntuples(result); ++row) {
    std::string text;
    for (int column = 0; column < PQnfields(result); ++column) {
      if (column > 0) text += '|';
      text += PQgetisnull(result, row, column) ? "NULL" : PQgetvalue(result, row, column);
    }
    answer.rows.push_back(std::move(text));
  }
  return answer;
}

}  // namespace

RunningLocal::RunningLocal(const std::vector<std::string>& arguments) {
  const char* path = std::getenv("REDSHIFT_LOCAL");
  const std::string program = path != nullptr ? path : REDSHIFT_LOCAL_PROGRAM;
  int out[2];
  if (pipe(out) != 0) GiveUp("pipe");
  pid_ = fork();
  if (pid_ == 0) {
    // Not left behind when this program is killed.
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    dup2(out[1], STDOUT_FILENO);
    close(out[0]);
    close(out[1]);
    std::vector<const char*> words = {program.c_str(), "--port", "0", "--s3-port", "0", "--api-port", "0"};
    for (const auto& argument : arguments) words.push_back(argument.c_str());
    words.push_back(nullptr);
    execv(program.c_str(), const_cast<char**>(words.data()));
    _exit(127);
  }
  close(out[1]);
  std::istringstream words(ReadLine(out[0]));
  for (std::string word; words >> word;) {
    const auto equals = word.find('=');
    if (equals != std::string::npos) ready_[word.substr(0, equals)] = word.substr(equals + 1);
  }
  if (!ready_.contains("url") || !ready_.contains("s3")) GiveUp(program + " printed no ready line");
  S3Place place;
  place.endpoint = ready_["s3"].substr(ready_["s3"].find("//") + 2);
  auto s3 = OpenS3(place, {ready_["access-key"], ready_["secret-key"], ""});
  if (!s3.ok()) GiveUp(s3.status().ToString());
  s3_ = *s3;
}

RunningLocal::~RunningLocal() {
  kill(pid_, SIGTERM);
  waitpid(pid_, nullptr, 0);
}

void RunningLocal::Put(const std::string& path, std::string_view bytes) const {
  auto stream = s3_->OpenOutputStream(path);
  if (!stream.ok()) GiveUp(stream.status().ToString());
  auto status = (*stream)->Write(bytes.data(), static_cast<int64_t>(bytes.size()));
  if (status.ok()) status = (*stream)->Close();
  if (!status.ok()) GiveUp(status.ToString());
}

void RunningLocal::Delete(const std::string& path) const {
  if (const auto status = s3_->DeleteFile(path); !status.ok()) GiveUp(status.ToString());
}

Client::Client(const std::string& url) : connection_(PQconnectdb((url + "?sslmode=disable").c_str())) {
  if (PQstatus(connection_) != CONNECTION_OK) GiveUp(PQerrorMessage(connection_));
  PQsetNoticeReceiver(
      connection_,
      [](void* self, const PGresult* result) {
        const char* severity = PQresultErrorField(result, PG_DIAG_SEVERITY);
        const char* text = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
        static_cast<Client*>(self)->notices_.push_back(std::string(severity) + ": " + text);
      },
      this);
}

Client::~Client() {
  PQfinish(connection_);
}

Answer Client::Run(const std::string& sql) {
  PGresult* result = PQexec(connection_, sql.c_str());
  auto answer = ToAnswer(result);
  PQclear(result);
  return answer;
}

std::string Client::Value(const std::string& sql) {
  const auto answer = Run(sql);
  return answer.rows.size() == 1 ? answer.rows[0] : "(" + answer.sqlstate + " " + answer.message + ")";
}

std::vector<std::string> Client::TakeNotices() {
  return std::exchange(notices_, {});
}

void Client::Send(const std::string& sql) {
  PQsendQuery(connection_, sql.c_str());
}

bool Client::IsBusy() {
  PQconsumeInput(connection_);
  return PQisBusy(connection_) != 0;
}

Answer Client::Wait() {
  Answer last;
  while (PGresult* result = PQgetResult(connection_)) {
    last = ToAnswer(result);
    PQclear(result);
  }
  return last;
}

void Client::Cancel() {
  PGcancel* cancel = PQgetCancel(connection_);
  char error[256];
  PQcancel(cancel, error, sizeof error);
  PQfreeCancel(cancel);
}

void Client::Drop() {
  shutdown(PQsocket(connection_), SHUT_RDWR);
}

RunningLocal& CopyWireFixture::local() {
  static RunningLocal running;
  return running;
}

void CopyWireFixture::SetUp() {
  client_.Run("drop table if exists t");
  client_.TakeNotices();
  const auto* test = testing::UnitTest::GetInstance()->current_test_info();
  prefix_ = test->test_suite_name() + std::string("/") + test->name() + "/";
}

std::string CopyWireFixture::ErrorOf(std::string_view bytes, const std::string& options) {
  Put("bad", bytes);
  const auto answer = Copy("bad", options);
  EXPECT_EQ(answer.sqlstate, "XX000");
  EXPECT_EQ(answer.message, kFailed);
  return client_.Value(
      "select err_code::varchar || ' ' || trim(colname) || ' ' || line_number::varchar from "
      "stl_load_errors where query = pg_last_copy_id()");
}

std::vector<std::string> CopyWireFixture::Load(const std::string& columns, std::string_view bytes,
                                               const std::string& options, const std::string& query) {
  client_.Run("drop table if exists t");
  const auto created = client_.Run("create table t (" + columns + ")");
  if (!created.sqlstate.empty()) return {created.message};
  Put("data", bytes);
  const auto answer = Copy("data", options);
  if (!answer.sqlstate.empty()) {
    if (answer.message != kFailed) return {answer.sqlstate + " " + answer.message};
    return {
        client_.Value("select err_code::varchar || ' ' || trim(colname) || ' ' || line_number::varchar "
                      "from stl_load_errors where query = pg_last_copy_id()")};
  }
  return client_.Run(query).rows;
}

}  // namespace redshift_local
