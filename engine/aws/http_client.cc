#include "engine/aws/http_client.h"

#include <curl/curl.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <chrono>
#include <cstdlib>

#include "engine/aws/system_roots.h"
#include "engine/wait/guarded.h"

namespace redshift {
namespace {

using Kind = HttpErrorDetail::Kind;

// Idle connections that wait for the next request; more threads than this open new ones.
constexpr size_t kMaxIdleHandles = 32;
constexpr std::chrono::milliseconds kLongestWait{60'000};

template <typename... Args>
arrow::Status Error(Kind kind, Args&&... message) {
  const auto code = kind == Kind::kInterrupted ? arrow::StatusCode::Cancelled
                    : kind == Kind::kRequest   ? arrow::StatusCode::Invalid
                                               : arrow::StatusCode::IOError;
  return arrow::Status::FromDetailAndArgs(code, std::make_shared<HttpErrorDetail>(kind),
                                          std::forward<Args>(message)...);
}

// libcurl's own counterpart is left out: it would take the ground from under other users of the process.
void InitializeOnce() {
  static const CURLcode done = curl_global_init(CURL_GLOBAL_ALL);
  static_cast<void>(done);
}

/// "PUT https://host/path", without what may be a secret.
std::string Shown(const HttpRequest& request) {
  std::string url = request.url.substr(0, request.url.find('?'));
  const size_t scheme_end = url.find("://");
  if (scheme_end != std::string::npos) {
    const size_t authority = scheme_end + 3;
    const size_t at = url.substr(authority, url.find('/', authority) - authority).rfind('@');
    if (at != std::string::npos) url.erase(authority, at + 1);
  }
  return request.method + " " + url;
}

/// Whether the path has a segment "." or "..", in whatever spelling.
bool HasDotSegment(std::string_view url) {
  const size_t authority = url.find("://");
  url = url.substr(0, url.find_first_of("?#"));
  size_t at = url.find('/', authority == std::string_view::npos ? 0 : authority + 3);
  while (at < url.size()) {
    const size_t end = std::min(url.find('/', at + 1), url.size());
    std::string segment(url.substr(at + 1, end - at - 1));
    for (const char* dot : {"%2e", "%2E"}) {
      for (size_t found; (found = segment.find(dot)) != std::string::npos;) segment.replace(found, 3, ".");
    }
    if (segment == "." || segment == "..") return true;
    at = end;
  }
  return false;
}

struct Collected {
  HttpAnswer answer;
  int64_t max_bytes = 0;
  bool too_long = false;
  bool no_memory = false;
};

// libcurl, which calls these, is C: no exception may pass through it.
size_t OnBody(char* bytes, size_t, size_t count, void* self) {
  auto* collected = static_cast<Collected*>(self);
  std::string& body = collected->answer.body;
  if (static_cast<int64_t>(body.size() + count) > collected->max_bytes) {
    collected->too_long = true;
    return 0;
  }
  const arrow::Status kept = Guarded([&] {
    body.append(bytes, count);
    return arrow::Status::OK();
  });
  collected->no_memory = !kept.ok();
  return kept.ok() ? count : 0;
}

void KeepHeader(std::string_view line, Collected* collected) {
  while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) line.remove_suffix(1);
  // The head of another answer: "100 Continue" or that of a proxy came before.
  if (line.starts_with("HTTP/")) collected->answer.headers.clear();
  const size_t colon = line.find(':');
  if (colon == std::string_view::npos) return;
  std::string name(line.substr(0, colon));
  for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  std::string_view value = line.substr(colon + 1);
  while (!value.empty() && (value.front() == ' ' || value.front() == '\t')) value.remove_prefix(1);
  while (!value.empty() && (value.back() == ' ' || value.back() == '\t')) value.remove_suffix(1);
  collected->answer.headers.emplace_back(std::move(name), std::string(value));
}

size_t OnHeader(char* bytes, size_t, size_t count, void* self) {
  auto* collected = static_cast<Collected*>(self);
  const arrow::Status kept = Guarded([&] {
    KeepHeader({bytes, count}, collected);
    return arrow::Status::OK();
  });
  collected->no_memory = !kept.ok();
  return kept.ok() ? count : 0;
}

struct FreeList {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using HeaderList = std::unique_ptr<curl_slist, FreeList>;

void Append(HeaderList* list, const std::string& line) {
  if (curl_slist* longer = curl_slist_append(list->get(), line.c_str())) {
    static_cast<void>(list->release());
    list->reset(longer);
  }
}

bool IsNamed(const std::string& name, std::string_view lower_case) {
  return std::equal(name.begin(), name.end(), lower_case.begin(), lower_case.end(),
                    [](char a, char b) { return std::tolower(static_cast<unsigned char>(a)) == b; });
}

arrow::Result<HeaderList> MakeHeaders(const HttpRequest& request) {
  HeaderList list;
  bool has_type = false;
  for (const auto& [name, value] : request.headers) {
    // A line break would begin a header of somebody else's choice.
    if ((name + value).find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos) {
      return Error(Kind::kRequest, "the header '", name, "' of ", Shown(request),
                   " holds a line break or U+0000");
    }
    has_type = has_type || IsNamed(name, "content-type");
    // libcurl spells a header without value with a semicolon.
    Append(&list, value.empty() ? name + ";" : name + ": " + value);
  }
  if (request.signing && !request.signing->keys.session_token.empty()) {
    Append(&list, "x-amz-security-token: " + request.signing->keys.session_token.Reveal());
  }
  // What libcurl would add by itself.
  if (!has_type) Append(&list, "Content-Type:");
  Append(&list, "Expect:");
  return list;
}

}  // namespace

std::string_view HttpAnswer::Header(std::string_view lower_case_name) const {
  for (const auto& [name, value] : headers) {
    if (name == lower_case_name) return value;
  }
  return {};
}

const char* HttpErrorDetail::type_id() const {
  return "redshift::HttpErrorDetail";
}

std::string HttpErrorDetail::ToString() const {
  static constexpr std::array kNames = {"connect", "tls",         "timeout", "lost",
                                        "answer",  "interrupted", "request"};
  return std::string("HTTP ") + kNames[static_cast<size_t>(kind)];
}

const HttpErrorDetail* HttpError(const arrow::Status& status) {
  return dynamic_cast<const HttpErrorDetail*>(status.detail().get());
}

std::string UrlEscape(std::string_view text, bool keep_slash) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  std::string escaped;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '_' || c == '.' || c == '~' || (c == '/' && keep_slash);
    if (plain) {
      escaped += c;
    } else {
      escaped += {'%', kHex[byte >> 4], kHex[byte & 15]};
    }
  }
  return escaped;
}

/// One libcurl transfer handle in a multi handle of its own, which keeps the connections and can be waited
/// for together with an Interrupt.
class HttpClient::Handle {
 public:
  Handle() : easy_(curl_easy_init()), multi_(curl_multi_init()) {}
  ~Handle() {
    curl_easy_cleanup(easy_);
    curl_multi_cleanup(multi_);
  }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;

  bool open() const { return easy_ != nullptr && multi_ != nullptr; }

  arrow::Result<HttpAnswer> Send(const HttpRequest& request, const std::string& ca_file,
                                 const Interrupt* interrupt) {
    ARROW_ASSIGN_OR_RAISE(const HeaderList headers, MakeHeaders(request));
    Collected collected;
    collected.max_bytes = request.max_answer_bytes;
    error_[0] = '\0';
    ARROW_RETURN_NOT_OK(SetUp(request, headers.get(), ca_file, &collected));

    curl_multi_add_handle(multi_, easy_);
    const std::optional<CURLcode> end = Run(interrupt, request.time_after_interrupt);
    curl_multi_remove_handle(multi_, easy_);
    long status = 0;
    curl_easy_getinfo(easy_, CURLINFO_RESPONSE_CODE, &status);
    curl_off_t sent_after = 0;
    curl_easy_getinfo(easy_, CURLINFO_PRETRANSFER_TIME_T, &sent_after);
    // Forgets keys and bodies; connections stay.
    curl_easy_reset(easy_);

    if (collected.no_memory) {
      return arrow::Status::OutOfMemory("no memory is left for the answer to ", Shown(request));
    }
    if (!end) return Error(Kind::kInterrupted, "Stopped on request during ", Shown(request), ".");
    if (*end != CURLE_OK) return Explain(*end, request, ca_file, collected, sent_after > 0);
    collected.answer.status = static_cast<int>(status);
    return std::move(collected.answer);
  }

 private:
  arrow::Status SetUp(const HttpRequest& request, curl_slist* headers, const std::string& ca_file,
                      Collected* collected) {
    const std::string_view body = request.borrowed_body.value_or(request.body);
    if (!request.url.starts_with("https://") && !request.url.starts_with("http://")) {
      return Error(Kind::kRequest, Shown(request), " is not possible: only https:// and http:// are.");
    }
    // libcurl would resolve it, as RFC 3986 says, and so ask for another object.
    if (HasDotSegment(request.url)) {
      return Error(Kind::kRequest, Shown(request), " is not possible: its path has a segment '.' or '..'.");
    }
    curl_easy_reset(easy_);
    CURLcode worst = CURLE_OK;
    const auto set = [&](CURLoption option, auto value) {
      const CURLcode code = curl_easy_setopt(easy_, option, value);
      if (worst == CURLE_OK) worst = code;
    };
    set(CURLOPT_ERRORBUFFER, error_);
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_QUICK_EXIT, 1L);
    set(CURLOPT_URL, request.url.c_str());
    set(CURLOPT_PROTOCOLS_STR, "http,https");
    set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    if (!request.use_proxy) set(CURLOPT_PROXY, "");
    set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    set(CURLOPT_SSL_VERIFYPEER, 1L);
    set(CURLOPT_SSL_VERIFYHOST, 2L);
    if (!ca_file.empty()) set(CURLOPT_CAINFO, ca_file.c_str());
    set(CURLOPT_CAPATH, static_cast<char*>(nullptr));
    set(CURLOPT_TCP_KEEPALIVE, 1L);
    set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(request.connect_timeout.count()));
    set(CURLOPT_TIMEOUT_MS, static_cast<long>(request.timeout.count()));
    if (request.stall_timeout.count() > 0) {
      set(CURLOPT_LOW_SPEED_LIMIT, 1024L);
      set(CURLOPT_LOW_SPEED_TIME,
          static_cast<long>(std::chrono::ceil<std::chrono::seconds>(request.stall_timeout).count()));
    }
    set(CURLOPT_USERAGENT, "flink-connector-redshift");
    set(CURLOPT_HTTPHEADER, headers);
    set(CURLOPT_WRITEFUNCTION, &OnBody);
    set(CURLOPT_WRITEDATA, static_cast<void*>(collected));
    set(CURLOPT_HEADERFUNCTION, &OnHeader);
    set(CURLOPT_HEADERDATA, static_cast<void*>(collected));
    // HEAD announces what it does not send.
    const bool has_body = request.method != "HEAD";
    set(CURLOPT_MAXFILESIZE_LARGE, static_cast<curl_off_t>(has_body ? request.max_answer_bytes : 0));
    if (!has_body) {
      set(CURLOPT_NOBODY, 1L);
    } else if (request.method == "POST" || request.method == "PUT" || !body.empty()) {
      set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
      set(CURLOPT_POSTFIELDS, body.empty() ? "" : body.data());
      set(CURLOPT_CUSTOMREQUEST, request.method.c_str());
    } else {
      set(CURLOPT_HTTPGET, 1L);
      set(CURLOPT_CUSTOMREQUEST, request.method.c_str());
    }
    if (request.signing) {
      const Signing& signing = *request.signing;
      if (signing.region.empty() || signing.service.empty() || signing.keys.access_key_id.empty()) {
        return Error(Kind::kRequest, Shown(request), " cannot be signed without region, service and key");
      }
      set(CURLOPT_AWS_SIGV4, ("aws:amz:" + signing.region + ":" + signing.service).c_str());
      set(CURLOPT_USERNAME, signing.keys.access_key_id.c_str());
      set(CURLOPT_PASSWORD, signing.keys.secret_access_key.Reveal().c_str());
    }
    if (worst == CURLE_OK) return arrow::Status::OK();
    return Error(Kind::kRequest, Shown(request), " cannot be set up: ", curl_easy_strerror(worst));
  }

  /// The end of the transfer; nothing when it was interrupted.
  std::optional<CURLcode> Run(const Interrupt* interrupt, std::chrono::milliseconds time_after) {
    if (interrupt != nullptr && interrupt->is_set()) return std::nullopt;
    std::optional<std::chrono::steady_clock::time_point> end;
    while (true) {
      const auto now = std::chrono::steady_clock::now();
      if (!end && interrupt != nullptr && interrupt->is_set()) end = now + time_after;
      auto wait = end ? std::chrono::ceil<std::chrono::milliseconds>(*end - now) : kLongestWait;
      if (wait.count() <= 0) return std::nullopt;
      int running = 0;
      if (curl_multi_perform(multi_, &running) != CURLM_OK) return CURLE_FAILED_INIT;
      int left = 0;
      while (const CURLMsg* message = curl_multi_info_read(multi_, &left)) {
        if (message->msg == CURLMSG_DONE) return message->data.result;
      }
      // Once it is set it would end every wait at once.
      const bool can_be_set = interrupt != nullptr && !end;
      curl_waitfd stop{};
      stop.fd = can_be_set ? interrupt->fd() : CURL_SOCKET_BAD;
      stop.events = CURL_WAIT_POLLIN;
      if (can_be_set) wait = interrupt->PollTime(wait);
      // libcurl shortens the wait to its own next deadline.
      if (curl_multi_poll(multi_, &stop, can_be_set ? 1 : 0, static_cast<int>(wait.count()), nullptr) !=
          CURLM_OK) {
        return CURLE_FAILED_INIT;
      }
    }
  }

  arrow::Status Explain(CURLcode code, const HttpRequest& request, const std::string& ca_file,
                        const Collected& collected, bool was_sent) const {
    const std::string what = Shown(request);
    const std::string why = error_[0] != '\0' ? error_ : curl_easy_strerror(code);
    switch (code) {
      case CURLE_URL_MALFORMAT:
        return Error(Kind::kRequest, what, " is not possible: ", why, ".");
      case CURLE_SSL_CACERT_BADFILE:
        return Error(
            Kind::kRequest, what, " is not possible: the certificate authorities in '", ca_file,
            "' cannot be read (AWS_CA_BUNDLE or SSL_CERT_FILE of the environment names another file).");
      case CURLE_COULDNT_RESOLVE_HOST:
      case CURLE_COULDNT_RESOLVE_PROXY:
      case CURLE_COULDNT_CONNECT:
        return Error(Kind::kConnect, what, " reached nobody: ", why,
                     ". Check the endpoint and the region, and the way through firewalls and proxies.");
      case CURLE_SSL_CONNECT_ERROR:
        return Error(Kind::kConnect, what, " got no TLS connection: ", why, ".");
      case CURLE_PEER_FAILED_VERIFICATION:
        return Error(Kind::kTls, what,
                     " was not sent, since the server's certificate was not accepted: ", why,
                     ". The authorities in '", ca_file,
                     "' are trusted; AWS_CA_BUNDLE of the environment names another file.");
      case CURLE_OPERATION_TIMEDOUT:
        if (!was_sent) {
          return Error(Kind::kTimeout, what, " got no connection within ",
                       std::min(request.connect_timeout, request.timeout).count(), " ms.");
        }
        return Error(Kind::kTimeout, what, " had no complete answer in time: ", why, ".");
      case CURLE_FILESIZE_EXCEEDED:
      case CURLE_WRITE_ERROR:
        if (collected.too_long || code == CURLE_FILESIZE_EXCEEDED) {
          return Error(Kind::kAnswer, what, " was answered with more than the ", request.max_answer_bytes,
                       " bytes that such an answer may have.");
        }
        [[fallthrough]];
      case CURLE_UNSUPPORTED_PROTOCOL:  // of the answer: SetUp refuses other URLs
      case CURLE_WEIRD_SERVER_REPLY:
      case CURLE_BAD_CONTENT_ENCODING:
        return Error(Kind::kAnswer, what, " was answered with something that is not HTTP: ", why, ".");
      default:
        return Error(was_sent ? Kind::kLost : Kind::kConnect, what, " broke off: ", why, ".");
    }
  }

  CURL* easy_;
  CURLM* multi_;
  char error_[CURL_ERROR_SIZE] = {};
};

HttpClient::HttpClient(std::string ca_file)
    : ca_file_([&] {
        if (!ca_file.empty()) return std::move(ca_file);
        if (const char* file = std::getenv("AWS_CA_BUNDLE"); file != nullptr && *file != '\0') {
          return std::string(file);
        }
        return SystemRoots();
      }()) {
  InitializeOnce();
}

HttpClient::~HttpClient() = default;

std::unique_ptr<HttpClient::Handle> HttpClient::TakeHandle() {
  {
    std::lock_guard lock(mutex_);
    if (!idle_.empty()) {
      auto handle = std::move(idle_.back());
      idle_.pop_back();
      return handle;
    }
  }
  return std::make_unique<Handle>();
}

void HttpClient::GiveBack(std::unique_ptr<Handle> handle) {
  std::lock_guard lock(mutex_);
  if (idle_.size() < kMaxIdleHandles) idle_.push_back(std::move(handle));
}

arrow::Result<HttpAnswer> HttpClient::Send(const HttpRequest& request, const Interrupt* interrupt) {
  auto handle = TakeHandle();
  if (!handle->open()) return Error(Kind::kRequest, Shown(request), " got no memory of libcurl.");
  auto answer = handle->Send(request, ca_file_, interrupt);
  GiveBack(std::move(handle));
  return answer;
}

}  // namespace redshift
