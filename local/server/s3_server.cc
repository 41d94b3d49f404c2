#include "local/server/s3_server.h"

#include <arrow/filesystem/s3fs.h>
#include <fmt/format.h>
#include <netdb.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <thread>
#include <vector>

#include "local/copy/object_store.h"
#include "local/server/program_error.h"

namespace redshift_local {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

std::string MotoServer() {
  std::error_code error;
  if (const char* set = std::getenv("REDSHIFT_LOCAL_MOTO"); set != nullptr) {
    if (fs::exists(set, error)) return set;
    throw ProgramError(fmt::format(
        "REDSHIFT_LOCAL_MOTO names '{}', which is not there. Set it to moto's moto_server, or unset it.",
        set));
  }
  std::vector<fs::path> candidates;
  // build/bin/redshift-local: the sources are two folders up.
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  if (!error)
    candidates.push_back(program.parent_path().parent_path().parent_path() / ".deps/venv/bin/moto_server");
  candidates.emplace_back(fs::path(REDSHIFT_LOCAL_SOURCE_DIR) / ".deps/venv/bin/moto_server");
  for (const fs::path& candidate : candidates) {
    if (fs::exists(candidate)) return candidate;
  }
  throw ProgramError(
      fmt::format("the S3 server moto_server is not at {}. Run dev/setup, set REDSHIFT_LOCAL_MOTO to it, "
                  "or use another S3 server with --s3-endpoint.",
                  candidates.front().string()));
}

// What s3_server.py wants to be told.
std::string RulesFor(const S3ServerOptions& options) {
  nlohmann::json rules = {{"keys", {{options.keys.access_key_id, options.keys.secret_access_key}}},
                          {"roles", nlohmann::json::object()}};
  for (const RoleGrant& grant : options.roles) {
    for (const std::string& arn : grant.chain) rules["roles"].emplace(arn, nlohmann::json::array());
    rules["roles"][grant.chain.back()].push_back(
        nlohmann::json::array({grant.prefix.bucket, grant.prefix.key}));
  }
  return rules.dump();
}

std::string LastLine(const std::string& path) {
  std::ifstream file(path);
  std::string line;
  std::string last;
  while (std::getline(file, line)) {
    if (!line.empty()) last = line;
  }
  return last;
}

int Connect(const std::string& host, const std::string& port) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (::getaddrinfo(host.c_str(), port.c_str(), &hints, &found) != 0) return -1;
  int connected = -1;
  for (const addrinfo* at = found; at != nullptr && connected < 0; at = at->ai_next) {
    const int socket = ::socket(at->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const timeval patience{10, 0};
    ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    ::setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
    if (::connect(socket, at->ai_addr, at->ai_addrlen) == 0) {
      connected = socket;
    } else {
      ::close(socket);
    }
  }
  ::freeaddrinfo(found);
  return connected;
}

// True when something answers there.
bool Answers(const std::string& url) {
  const size_t host_at = url.find("://") + 3;
  const std::string authority = url.substr(host_at, url.find('/', host_at) - host_at);
  const size_t colon = authority.rfind(':');
  const std::string host = authority.substr(0, colon);
  std::string port("80");
  if (colon != std::string::npos) port = authority.substr(colon + 1);
  const int socket = Connect(host, port);
  if (socket < 0) return false;
  const std::string request =
      fmt::format("GET / HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", authority);
  ::send(socket, request.data(), request.size(), MSG_NOSIGNAL);
  char byte;
  const bool answers = ::recv(socket, &byte, 1, 0) == 1;
  ::close(socket);
  return answers;
}

}  // namespace

std::unique_ptr<S3Server> S3Server::Start(const S3ServerOptions& options, Janitor* janitor) {
  const fs::path program = MotoServer();
  ChildOptions child;
  const fs::path python = program.parent_path() / "python";
  const bool has_python = fs::exists(python);
  if (has_python) {
    const std::string script = options.run_directory + "/s3_server.py";
    std::ofstream(script) << S3ServerProgram();
    std::ofstream(options.run_directory + "/s3_gate.py") << S3GateProgram();
    child.command = {python, script, RulesFor(options)};
  } else if (options.roles.empty()) {
    child.command.push_back(program);
  } else {
    throw ProgramError(
        fmt::format("--role needs moto in a Python environment: there is no {}. Set "
                    "REDSHIFT_LOCAL_MOTO to the moto_server beside a python, or unset it.",
                    python.string()));
  }
  for (const char* word : {"-H", "127.0.0.1", "-p"}) child.command.emplace_back(word);
  child.command.push_back(std::to_string(options.port));
  child.working_directory = std::string("/");
  child.log_file = options.run_directory + "/s3.log";
  child.death_signal = SIGKILL;
  // moto ignores access keys unless told otherwise; large objects go to disk below the run directory.
  child.environment = {{"MOTO_S3_DEFAULT_KEY_BUFFER_SIZE", "16777216"},
                       {"TMPDIR", options.run_directory},
                       {"PYTHONDONTWRITEBYTECODE", "1"}};
  std::unique_ptr<S3Server> store(
      new S3Server(ChildProcess::Start(child), options.port, child.log_file, has_python));
  janitor->WatchProcess(store->child_.pid());
  return store;
}

void S3Server::AwaitReady(const StopRequest& stop) {
  const auto deadline = std::chrono::steady_clock::now() + 50s;
  while (!Answers(url())) {
    stop.ThrowIfMade();
    if (HasEnded() || std::chrono::steady_clock::now() > deadline) {
      throw ProgramError(
          fmt::format("the S3 server moto_server did not start on port {}: {}", port_, LastLine(log_file_)));
    }
    std::this_thread::sleep_for(50ms);
  }
}

S3Server::~S3Server() {
  child_.Stop(SIGKILL, 1s);
}

std::string S3Server::url() const {
  return fmt::format("http://127.0.0.1:{}", port_);
}

S3Keys KeysFor(const std::string& s3_endpoint) {
  const char* id = std::getenv("AWS_ACCESS_KEY_ID");
  const char* secret = std::getenv("AWS_SECRET_ACCESS_KEY");
  const char* token = std::getenv("AWS_SESSION_TOKEN");
  if (s3_endpoint.empty() || id == nullptr || secret == nullptr) return {"test", "testtest", ""};
  return {id, secret, token == nullptr ? "" : token};
}

void CreateBucket(const S3Place& place, const S3Keys& keys, const std::string& bucket) {
  const auto create = [&]() -> arrow::Status {
    // COPY's own way to S3 starts Arrow's client, and wants to be the first to.
    ARROW_RETURN_NOT_OK(OpenS3(place, keys).status());
    auto options =
        arrow::fs::S3Options::FromAccessKey(keys.access_key_id, keys.secret_access_key, keys.session_token);
    options.region = place.region;
    options.endpoint_override = place.endpoint;
    options.scheme = place.scheme;
    options.allow_bucket_creation = true;
    ARROW_ASSIGN_OR_RAISE(auto s3, arrow::fs::S3FileSystem::Make(options));
    ARROW_ASSIGN_OR_RAISE(const auto info, s3->GetFileInfo(bucket));
    if (info.type() == arrow::fs::FileType::Directory) return arrow::Status::OK();
    return s3->CreateDir(bucket);
  };
  const arrow::Status status = create();
  if (!status.ok()) {
    throw ProgramError(fmt::format(
        "bucket {} could not be made on {}://{}: {}. Check --bucket, --s3-endpoint and, for a server of "
        "your own, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.",
        bucket, place.scheme, place.endpoint, status.message()));
  }
}

}  // namespace redshift_local
