// HTTP as AWS's interfaces need it.
#pragma once

#include <arrow/result.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/aws/aws_keys.h"
#include "engine/wait/interrupt.h"

namespace redshift {

/// Signs a request with AWS Signature Version 4: host, date, session token and every header of the request
/// are signed, and the body by its SHA-256.
struct Signing {
  AwsKeys keys;
  std::string region;   ///< "us-east-1"
  std::string service;  ///< the name that signatures use: "s3", "sts", "redshift", "secretsmanager"
};

/// One request. Lengths and times are bounded by what stands here.
struct HttpRequest {
  std::string method = "GET";
  /// "https://host:port/path?query", escaped where it has to be. A path with a segment "." or ".." is
  /// refused, since libcurl could not leave it as it is. Messages show it without its query.
  std::string url;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  /// Sent in the place of `body` when not null: bytes of the caller, unchanged until Send returns.
  std::optional<std::string_view> borrowed_body;
  std::optional<Signing> signing;
  std::chrono::milliseconds connect_timeout{5'000};
  /// From the call to the last byte of the answer.
  std::chrono::milliseconds timeout{30'000};
  /// Ends a request earlier when hardly anything (1 KiB a second) goes either way for so long; rounded up to
  /// seconds. Zero: never.
  std::chrono::milliseconds stall_timeout{0};
  /// For how long after an interrupt the answer to what was sent is still waited for: what is broken off may
  /// reach the server all the same, and later than whatever is sent to undo it.
  std::chrono::milliseconds time_after_interrupt{0};
  /// A longer answer is an error.
  int64_t max_answer_bytes = 1 << 20;
  /// Whether http_proxy, HTTPS_PROXY and NO_PROXY of the environment count. Metadata of the machine itself is
  /// never asked for through a proxy.
  bool use_proxy = true;
};

/// What the server answered, whatever its status.
struct HttpAnswer {
  int status = 0;
  std::vector<std::pair<std::string, std::string>> headers;  ///< names in lower case, in the order sent
  std::string body;                                          ///< complete, of the length announced

  /// The value of the first header of that (lower-case) name; empty when there is none.
  std::string_view Header(std::string_view lower_case_name) const;
};

/// Attached to the Status of a request that got no complete answer.
class HttpErrorDetail : public arrow::StatusDetail {
 public:
  enum class Kind {
    kConnect,      ///< nothing was sent: name, address, port or proxy
    kTls,          ///< nothing was sent: certificate or protocol
    kTimeout,      ///< `timeout` or `connect_timeout` passed
    kLost,         ///< the connection broke off; the server may have acted
    kAnswer,       ///< what came is not HTTP, or longer than `max_answer_bytes`
    kInterrupted,  ///< our own side asked to stop
    kRequest,      ///< a repeat ends the same way: a malformed URL, a CA file that cannot be read
  };
  explicit HttpErrorDetail(Kind the_kind) : kind(the_kind) {}

  const Kind kind;
  /// Whether the same request may pass later.
  bool retryable() const { return kind == Kind::kConnect || kind == Kind::kTimeout || kind == Kind::kLost; }

  const char* type_id() const override;
  std::string ToString() const override;
};

/// The detail of `status`, or null.
const HttpErrorDetail* HttpError(const arrow::Status& status);

/// Sends requests by libcurl and keeps connections for the next ones. HTTP/1.1, TLS 1.2 at least;
/// certificates and host names are always checked. Redirections are answers like others: a signed request is
/// never sent to where a server points. Thread-safe; each thread that is in Send has a connection of its own.
class HttpClient {
 public:
  /// `ca_file`: the certificate authorities that are trusted; empty: `AWS_CA_BUNDLE` of the environment, as
  /// AWS's SDKs read it, else the system's.
  explicit HttpClient(std::string ca_file = "");
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  /// Sends once and waits for the whole answer. An answer of any status is a success here; an error has an
  /// HttpErrorDetail. `interrupt` may be null. Names of hosts, never keys or bodies, stand in messages.
  arrow::Result<HttpAnswer> Send(const HttpRequest& request, const Interrupt* interrupt = nullptr);

 private:
  class Handle;

  std::unique_ptr<Handle> TakeHandle();
  void GiveBack(std::unique_ptr<Handle> handle);

  const std::string ca_file_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Handle>> idle_;
};

/// Escapes all but unreserved characters (RFC 3986), and keeps '/' when asked to, as SigV4 wants paths and
/// queries.
std::string UrlEscape(std::string_view text, bool keep_slash = false);

}  // namespace redshift
