#include "local/server/server.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pwd.h>
#include <spdlog/spdlog.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <condition_variable>
#include <cstdlib>
#include <fstream>
#include <mutex>
#include <thread>
#include <vector>

#include "local/server/certificate.h"
#include "local/server/port.h"
#include "local/server/program_error.h"
#include "local/server/system_schema.h"
#include "local/session/session.h"

namespace redshift_local {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

/// A Unix socket's path has room for about 107 bytes.
constexpr size_t kLongestRunDirectory = 80;

void GiveToPostgres(const fs::path& path) {
  const std::string user = PostgresSystemUser();
  if (user.empty()) return;
  const passwd* entry = ::getpwnam(user.c_str());
  if (entry == nullptr) {
    throw ProgramError(
        "redshift-local runs as root and PostgreSQL does not: there must be a system user 'postgres' "
        "(the package postgresql-15 makes it).");
  }
  if (::chown(path.c_str(), entry->pw_uid, entry->pw_gid) != 0) {
    throw ProgramError(
        fmt::format("cannot give {} to the user postgres, as whom PostgreSQL runs", path.string()));
  }
}

// True when the user that PostgreSQL runs as can use the folder.
bool IsReachable(const fs::path& path) {
  const std::string user = PostgresSystemUser();
  if (user.empty()) return ::access(path.c_str(), X_OK) == 0;
  const passwd* entry = ::getpwnam(user.c_str());
  if (entry == nullptr) return false;
  const pid_t pid = ::fork();
  if (pid == 0) {
    const bool reachable =
        ::setgid(entry->pw_gid) == 0 && ::setuid(entry->pw_uid) == 0 && ::access(path.c_str(), X_OK) == 0;
    ::_exit(reachable ? 0 : 1);
  }
  int status = 0;
  ::waitpid(pid, &status, 0);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

fs::path MakeTemporaryFolder(const fs::path& parent) {
  std::string name = (parent / "redshift-local-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) throw ProgramError("cannot make a folder in " + parent.string());
  ::chmod(name.c_str(), 0711);
  return name;
}

std::vector<RoleGrant> ParseGrants(const std::vector<std::string>& roles) {
  std::vector<RoleGrant> grants;
  for (const std::string& role : roles) {
    auto grant = ParseRoleGrant(role);
    if (!grant.ok()) throw ProgramError(fmt::format("--role {}: {}", role, grant.status().message()));
    grants.push_back(*std::move(grant));
  }
  return grants;
}

}  // namespace

/// The threads of the client sessions; each ends with its session.
class Server::SessionThreads {
 public:
  void Start(int socket, std::string peer, ServerState* state) {
    {
      std::lock_guard lock(mutex_);
      ++running_;
    }
    std::thread([this, socket, peer = std::move(peer), state]() mutable {
      {
        Session session(socket, std::move(peer), state);
        session.Run();
      }
      std::lock_guard lock(mutex_);
      --running_;
      none_left_.notify_all();
    }).detach();
  }

  /// False when some thread did not end in time.
  bool AwaitEnd(std::chrono::milliseconds patience) {
    std::unique_lock lock(mutex_);
    return none_left_.wait_for(lock, patience, [this] { return running_ == 0; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable none_left_;
  int running_ = 0;
};

Server::Server(const ServerOptions& options) : options_(options) {}

fs::path Server::CompleteMark() const {
  return data_directory_.parent_path() / "complete";
}

void Server::PrepareFolders(Janitor* janitor) {
  const char* set = std::getenv("TMPDIR");
  const fs::path wanted = set != nullptr && *set != '\0' ? fs::path(set) : fs::path("/tmp");
  run_directory_ = MakeTemporaryFolder(wanted);
  janitor->WatchFolder(run_directory_);
  if (run_directory_.string().size() > kLongestRunDirectory || !IsReachable(run_directory_)) {
    fs::remove(run_directory_);
    run_directory_ = MakeTemporaryFolder("/tmp");
    janitor->WatchFolder(run_directory_);
  }
  fs::create_directory(run_directory_ / "pg");
  GiveToPostgres(run_directory_ / "pg");
  if (options_.data.empty()) {
    data_directory_ = run_directory_ / "data";
  } else {
    std::error_code error;
    fs::create_directories(options_.data, error);
    if (error)
      throw ProgramError(
          fmt::format("--data {}: cannot make this folder: {}", options_.data, error.message()));
    data_directory_ = fs::canonical(options_.data) / "postgres";
    if (!IsReachable(options_.data)) {
      throw ProgramError(
          fmt::format("--data {}: the user postgres, as whom PostgreSQL runs when redshift-local is started "
                      "by root, cannot enter this folder. Choose another, or chmod o+x it and those above.",
                      options_.data));
    }
  }
  if (!options_.data.empty() && fs::exists(data_directory_) && !fs::exists(CompleteMark())) {
    throw ProgramError(fmt::format(
        "--data {}: redshift-local was ended while it first filled this folder, which is not complete. "
        "Remove it and start again.",
        options_.data));
  }
  if (!options_.data.empty() && fs::exists(data_directory_)) {
    std::ifstream mark(CompleteMark());
    std::string fingerprint;
    if (!std::getline(mark, fingerprint) || fingerprint != SystemFingerprint()) {
      throw ProgramError(fmt::format(
          "--data {}: another build of redshift-local filled this folder, and its system views would not fit "
          "this one. Use that build, or another folder.",
          options_.data));
    }
  }
  if (!fs::exists(data_directory_)) {
    fs::create_directory(data_directory_);
    fs::permissions(data_directory_, fs::perms::owner_all);
    GiveToPostgres(data_directory_);
  }
}

TlsPolicy Server::PrepareTls() {
  TlsPolicy policy;
  if (options_.tls == TlsMode::kOff) return policy;
  // Beside a kept database the authority is kept too, so that clients need not be told of another each time.
  const bool keep = !options_.data.empty();
  const ServerIdentity identity =
      MakeServerIdentity((keep ? data_directory_.parent_path() : run_directory_) / "tls", keep);
  authority_file_ = identity.authority_file;
  if (authority_file_.string().find(' ') != std::string::npos) {
    // Blanks part the values of the ready line.
    authority_file_ = run_directory_ / "ca.crt";
    fs::copy_file(identity.authority_file, authority_file_);
  }
  policy.context = std::make_unique<TlsContext>(identity.certificate, identity.key);
  policy.required = options_.tls == TlsMode::kRequire;
  return policy;
}

std::unique_ptr<Server> Server::Start(const ServerOptions& options, Janitor* janitor,
                                      const StopRequest& stop) {
  const std::vector<RoleGrant> grants = ParseGrants(options.roles);
  std::unique_ptr<Server> server(new Server(options));
  server->listener_ = Listen(options.port, "--port");
  int s3_port = 0;
  if (options.s3_endpoint.empty()) s3_port = ReservePort(options.s3_port, "--s3-port");
  const int api_port = ReservePort(options.api_port, "--api-port");
  server->PrepareFolders(janitor);
  const std::string run = (server->run_directory_ / "pg").string();

  // The S3 server needs some seconds: it starts beside PostgreSQL.
  std::string s3_url = options.s3_endpoint;
  if (s3_url.empty()) {
    server->s3_server_ = S3Server::Start(
        {s3_port, server->run_directory_.string(), KeysFor(options.s3_endpoint), grants}, janitor);
    s3_url = server->s3_server_->url();
  }
  PostgresOptions postgres;
  postgres.data_directory = server->data_directory_.string();
  postgres.run_directory = run;
  postgres.durable = !options.data.empty();
  if (options.disk_bytes > 0) {
    const fs::path disk = server->run_directory_ / "disk";
    fs::create_directory(disk);
    GiveToPostgres(disk);
    postgres.disk = PrivateDisk{disk.string(), options.disk_bytes};
  }
  postgres.database = options.database;
  postgres.user = options.user;
  postgres.password = options.password;
  postgres.max_sessions = options.max_connections;
  postgres.isolation = options.isolation;
  server->postgres_ = Postgres::Start(postgres, janitor, stop);
  if (!options.data.empty())
    std::ofstream(server->CompleteMark())
        << SystemFingerprint() << "\nThe database beside this file is complete.\n";
  if (server->s3_server_) server->s3_server_->AwaitReady(stop);

  const size_t host_at = s3_url.find("://") + 3;
  S3Place s3;
  s3.scheme = s3_url.substr(0, host_at - 3);
  s3.endpoint = s3_url.substr(host_at);
  if (s3.endpoint.ends_with('/')) s3.endpoint.pop_back();
  const S3Keys keys = KeysFor(options.s3_endpoint);
  CreateBucket(s3, keys, options.bucket);
  const bool tells_keys = server->s3_server_ && server->s3_server_->tells_keys();
  server->state_ = std::make_unique<ServerState>(
      server->postgres_->address(), s3,
      AccessRules(grants, AccessKeys({keys, {"test", "testtest", ""}}, tells_keys ? s3_url : "")),
      server->PrepareTls(), options.max_connections);
  server->sessions_ = std::make_unique<SessionThreads>();
  server->StartApi(api_port);
  return server;
}

void Server::StartApi(int port) {
  ClusterFacts cluster;
  cluster.port = PortOf(listener_);
  cluster.region = state_->s3().region;
  cluster.administrator = options_.user;
  cluster.database = options_.database;
  cluster.created = std::chrono::system_clock::now();
  cluster.roles = state_->access().attached_roles();
  api_ = ApiServer::Start({port, !options_.roles.empty()}, std::move(cluster), &state_->access().keys(),
                          state_.get());
}

std::string Server::ReadyLine() const {
  const std::string s3 = s3_server_ ? s3_server_->url() : options_.s3_endpoint;
  std::string line = fmt::format(
      "redshift-local ready url=postgresql://{}:{}@127.0.0.1:{}/{} s3={} bucket={} region={} access-key=test "
      "secret-key=testtest api={}",
      options_.user, options_.password, PortOf(listener_), options_.database, s3, options_.bucket,
      state_->s3().region, api_->url());
  if (!authority_file_.empty()) line += " ca=" + authority_file_.string();
  return line;
}

void Server::Run(const StopRequest& stop) {
  while (true) {
    std::array<pollfd, 2> fds = {pollfd{listener_, POLLIN, 0}, pollfd{stop.descriptor(), POLLIN, 0}};
    const int ready = ::poll(fds.data(), fds.size(), 1000);
    if (fds[1].revents != 0) return;
    if (postgres_->HasEnded())
      throw ProgramError("PostgreSQL has ended by itself; redshift-local cannot go on.");
    if (s3_server_ && s3_server_->HasEnded()) {
      throw ProgramError("the S3 server has ended by itself; redshift-local cannot go on.");
    }
    if (ready <= 0 || fds[0].revents == 0) continue;
    sockaddr_in address{};
    socklen_t size = sizeof(address);
    const int socket = ::accept4(listener_, reinterpret_cast<sockaddr*>(&address), &size, SOCK_CLOEXEC);
    if (socket < 0) continue;
    const int on = 1;
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    ::setsockopt(socket, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on));
    sessions_->Start(socket, fmt::format("client 127.0.0.1:{}", ntohs(address.sin_port)), state_.get());
  }
}

void Server::ReportFaults() const {
  for (const ArmedFault& armed : state_->faults().All()) {
    if (armed.remaining == 0) continue;
    spdlog::warn("fault {}{} was armed and {} (it could have fired {} times, fired {} times, {} left)",
                 FaultName(armed.order.fault),
                 armed.order.pattern ? " for '" + *armed.order.pattern + "'" : "",
                 armed.fired == 0 ? "never fired" : "did not fire as often as asked for", armed.asked,
                 armed.fired, armed.remaining);
  }
}

int Server::FaultsNeverFired() const {
  return CountNeverFired(state_->faults().All());
}

Server::~Server() {
  if (listener_ >= 0) ::close(listener_);
  api_.reset();
  if (state_) {
    ReportFaults();
    state_->DisconnectAll();
  }
  const bool ended = !sessions_ || sessions_->AwaitEnd(3s);
  postgres_.reset();
  s3_server_.reset();
  std::error_code ignored;
  if (!run_directory_.empty()) fs::remove_all(run_directory_, ignored);
  if (!ended && !sessions_->AwaitEnd(1s)) {
    // A session hangs in a call that nothing can break; it must not see its server go.
    static_cast<void>(state_.release());
    static_cast<void>(sessions_.release());
  }
}

}  // namespace redshift_local
