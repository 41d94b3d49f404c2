#include "local/api/api_server.h"

#include <fmt/format.h>
#include <httplib.h>
#include <spdlog/spdlog.h>

#include <thread>
#include <utility>

#include "local/server/program_error.h"

namespace redshift_local {
namespace {

constexpr char kQueryService[] = "redshift";
constexpr char kJsonService[] = "redshift-serverless";
constexpr int kThreads = 4;
constexpr size_t kLargestRequest = 1 << 20;

ApiRequest FromHttp(const httplib::Request& http) {
  ApiRequest request;
  request.method = http.method;
  request.target = http.target;
  for (const auto& [name, value] : http.headers) {
    std::string lower = name;
    for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
    const auto [found, is_new] = request.headers.emplace(lower, value);
    if (!is_new) found->second += "," + value;
  }
  request.body = http.body;
  return request;
}

// Who has signed the request.
std::string CallerOf(const ApiRequest& request, const SignedFor& place,
                     std::chrono::system_clock::time_point now, const AccessKeys* keys,
                     bool only_known_keys) {
  const Signature signature = ReadSignature(request);
  const std::optional<KnownKey> key = keys->Find(signature.access_key_id);
  if (key) {
    CheckSignature(request, signature, key->keys, place, now);
    if (key->expires && now >= *key->expires) {
      throw ApiError(ApiErrorKind::kExpiredKey, "The security token included in the request is expired");
    }
    return key->arn;
  }
  if (only_known_keys) {
    throw ApiError(ApiErrorKind::kUnknownKey, "The security token included in the request is invalid.");
  }
  return fmt::format("arn:aws:iam::{}:user/{}", kAccount, signature.access_key_id);
}

// What clients send goes into the log: one line each, and no bytes that are not text.
std::string Printable(std::string text) {
  for (char& c : text) c = c >= ' ' && c <= '~' ? c : '?';
  return text;
}

void ThrowFault(const std::string& operation, ServerState* server) {
  const auto fired = server->faults().Take(FaultMoment::kApiCall, operation);
  if (!fired) return;
  spdlog::info("fault {} fires: {} is refused", FaultName(fired->fault), operation);
  if (fired->fault == Fault::kApiThrottle) throw ApiError(ApiErrorKind::kThrottled, "Rate exceeded");
  throw ApiError(ApiErrorKind::kInternal,
                 "The request processing has failed because of an unknown error, exception or failure.");
}

}  // namespace

ApiAnswer AnswerRequest(const ApiRequest& request, const ClusterFacts& cluster, const AccessKeys* keys,
                        bool only_known_keys, ServerState* server) {
  const bool json = !request.Header("x-amz-target").empty();
  std::string operation = "a request";
  const auto refuse = [&](const ApiError& error) {
    spdlog::info("API: {} is refused: {}", Printable(operation), Printable(error.what()));
    return json ? JsonError(error) : QueryError(error);
  };
  try {
    operation = json ? JsonOperation(request) : QueryOperation(request);
    const auto now = std::chrono::system_clock::now();
    ThrowFault(operation, server);
    const std::string caller =
        CallerOf(request, {json ? kJsonService : kQueryService, cluster.region}, now, keys, only_known_keys);
    const Call call{request, caller, now, cluster, server};
    const ApiAnswer answer = json ? AnswerJson(operation, call) : AnswerQuery(operation, call);
    spdlog::info("API: {} by {}", operation, caller);
    return answer;
  } catch (const ApiError& error) {
    return refuse(error);
  } catch (const std::exception& error) {
    return refuse(ApiError(ApiErrorKind::kInternal, error.what()));
  }
}

/// cpp-httplib's server and the thread that it listens in.
class ApiServer::Http {
 public:
  ~Http() {
    server.stop();
    if (listening.joinable()) listening.join();
  }
  httplib::Server server;
  std::thread listening;
};

ApiServer::ApiServer(std::unique_ptr<Http> http, int port) : http_(std::move(http)), port_(port) {}

ApiServer::~ApiServer() = default;

std::string ApiServer::url() const {
  return fmt::format("http://127.0.0.1:{}", port_);
}

std::unique_ptr<ApiServer> ApiServer::Start(const Options& options, ClusterFacts cluster,
                                            const AccessKeys* keys, ServerState* server) {
  auto http = std::make_unique<Http>();
  http->server.new_task_queue = [] { return new httplib::ThreadPool(kThreads); };
  http->server.set_payload_max_length(kLargestRequest);
  http->server.set_keep_alive_timeout(1);
  // Not SO_REUSEPORT, httplib's own choice, with which two programs could share a port.
  http->server.set_socket_options([](socket_t socket) {
    const int on = 1;
    ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
  });
  const httplib::Server::Handler answer = [cluster = std::move(cluster), keys, server,
                                           only_known_keys = options.only_known_keys](
                                              const httplib::Request& request, httplib::Response& response) {
    const ApiAnswer made = AnswerRequest(FromHttp(request), cluster, keys, only_known_keys, server);
    response.status = made.status;
    response.set_content(made.body, made.content_type);
  };
  http->server.Post(".*", answer);
  http->server.Get(".*", answer);
  if (!http->server.bind_to_port("127.0.0.1", options.port)) {
    throw ProgramError(
        fmt::format("cannot listen on 127.0.0.1:{}: choose another port with --api-port.", options.port));
  }
  http->listening = std::thread([&listener = http->server] { listener.listen_after_bind(); });
  return std::unique_ptr<ApiServer>(new ApiServer(std::move(http), options.port));
}

}  // namespace redshift_local
