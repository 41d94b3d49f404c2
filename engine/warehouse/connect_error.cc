#include "engine/warehouse/connect_error.h"

#include <arrow/util/utf8.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <string>

#include "engine/sql/statement.h"

namespace redshift {
namespace {

std::string Place(const ConnectionSettings& settings) {
  return settings.host + ":" + std::to_string(settings.port);
}

/// What the server or libpq said, without libpq's "connection to server at .. failed:" and further lines.
struct Said {
  bool by_server = false;
  std::string sqlstate;
  std::string text;
};

/// Text of a stranger: one line of bearable length, and UTF-8.
std::string Printable(std::string_view text) {
  constexpr size_t kLongest = 500;
  std::string printable(text.substr(0, kLongest));
  arrow::util::InitializeUTF8();
  const bool utf8 = arrow::util::ValidateUTF8(printable);
  for (char& c : printable) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f || (byte > 0x7f && !utf8)) c = '?';
  }
  if (text.size() > kLongest) printable += "...";
  return printable;
}

Said Parse(std::string_view message) {
  Said said;
  const std::string_view marker = " failed: ";
  if (message.starts_with("connection to server")) {
    const size_t at = message.find(marker);
    if (at != std::string_view::npos) message.remove_prefix(at + marker.size());
  }
  const size_t fatal = message.find("FATAL:");
  if (fatal != std::string_view::npos) {
    said.by_server = true;
    message.remove_prefix(fatal + 6);
    while (message.starts_with(' ')) message.remove_prefix(1);
    // Verbose messages: "28P01: text".
    if (message.size() > 6 && message[5] == ':') {
      bool is_code = true;
      for (int i = 0; i < 5; ++i) {
        is_code = is_code && std::isalnum(static_cast<unsigned char>(message[i])) != 0;
      }
      if (is_code) {
        said.sqlstate = std::string(message.substr(0, 5));
        message.remove_prefix(6);
        while (message.starts_with(' ')) message.remove_prefix(1);
      }
    }
  }
  message = message.substr(0, message.find('\n'));
  said.text = Printable(message);
  return said;
}

bool Has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

arrow::Status WithCode(arrow::Status status, const Said& said) {
  if (const WarehouseErrorDetail* error = WarehouseError(status)) {
    auto copy = std::make_shared<WarehouseErrorDetail>(*error);
    copy->sqlstate = said.sqlstate;
    copy->message = said.text;
    return arrow::Status(status.code(), status.message(), std::move(copy));
  }
  return status;
}

/// What can be wrong with TLS before the server has said anything. Nothing of the login has been sent then.
std::optional<arrow::Status> DescribeTls(const std::string& text, const ConnectionSettings& settings,
                                         std::string_view certificate) {
  const auto refuse = [](auto&&... message) {
    return ConnectError(ErrorKind::kLogin, Retry::kNever, std::forward<decltype(message)>(message)...);
  };
  const std::string place = Place(settings);
  const std::string mode = " ('ssl.mode' is '" + settings.ssl_mode + "')";
  if (Has(text, "does not support SSL")) {
    return refuse(place, " does not offer TLS", mode,
                  ". Check 'hostname' and 'port'; only where the network is trusted (a local stand-in), set "
                  "'ssl.mode' to 'disable'.");
  }
  if (Has(text, "does not match host name")) {
    return refuse("The TLS certificate of ", place, " is made out to another host", mode, ": ", text,
                  ". Check 'hostname': it must be a name the certificate holds. 'verify-ca' does without "
                  "this check.");
  }
  if (Has(text, "could not read root certificate file")) {
    return refuse("The file of 'ssl.root-cert' holds no certificates of authorities in PEM form: ", text,
                  ".");
  }
  if (Has(text, "certificate verify failed") || Has(text, "certificate could not be obtained")) {
    return refuse("The TLS certificate of ", place, " was not accepted", mode, ": ",
                  certificate.empty() ? std::string_view(text) : certificate, ".");
  }
  if (Has(text, "unsupported protocol") || Has(text, "alert protocol version") ||
      Has(text, "wrong ssl version")) {
    return refuse(place, " offers no TLS version that is safe: 1.2 or newer is needed. (", text, ")");
  }
  if (Has(text, "unexpected eof while reading") || Has(text, "SSL SYSCALL error: EOF")) {
    return ConnectError(ErrorKind::kConnection, Retry::kConnection, place,
                        " closed the connection before the session was open. Check 'hostname' and 'port', "
                        "and what stands between here and there. (",
                        text, ")");
  }
  if (Has(text, "unencrypted data after SSL response")) {
    return refuse(place,
                  " sent something in the clear after it had agreed to TLS, as somebody on the way to it "
                  "would. Nothing was sent. Check the network between here and there. (",
                  text, ")");
  }
  return std::nullopt;
}

arrow::Status Describe(const Said& said, const ConnectionSettings& settings, std::string_view certificate) {
  const std::string place = Place(settings);
  const std::string& text = said.text;
  if (said.sqlstate == "3D000" || (Has(text, "database \"") && Has(text, "does not exist"))) {
    return ConnectError(ErrorKind::kLogin, Retry::kNever, "There is no database '", settings.database,
                        "' at ", place, ". Check 'database-name'. (", text, ")");
  }
  if (Has(text, "SSL off") || Has(text, "no encryption")) {
    return ConnectError(ErrorKind::kLogin, Retry::kNever, place,
                        " refuses sessions without TLS. Set 'ssl.mode' to 'verify-full'. (", text, ")");
  }
  // The code of Redshift's SHA-256 digest login; libpq does not know it.
  if (Has(text, "authentication method 13 not supported")) {
    return ConnectError(
        ErrorKind::kLogin, Retry::kNever, "User '", settings.user, "' at ", place,
        " has a password stored as SHA-256 digest, which this connector cannot log in with. Store "
        "it as MD5 digest (ALTER USER ... PASSWORD 'md5<md5 of password and user name>'), or log in with "
        "temporary credentials ('iam.auth' = 'true'), which need no stored one. (",
        text, ")");
  }
  if (said.sqlstate.starts_with("28") || Has(text, "password authentication failed") ||
      Has(text, "no password supplied")) {
    return ConnectError(ErrorKind::kLogin, Retry::kNever, "User '", settings.user,
                        "' cannot log in to database '", settings.database, "' at ", place, ": ", text, ". ",
                        settings.login_advice);
  }
  if (said.by_server) {
    const ErrorClass error = ClassifyError(said.sqlstate, text, "");
    return ConnectError(error.kind, error.retry, place, " refused the session: ", text, ".");
  }
  if (const auto tls = DescribeTls(text, settings, certificate)) return *tls;
  if (Has(text, "Connection refused")) {
    return ConnectError(
        ErrorKind::kConnection, Retry::kConnection, "Nothing listens at ", place,
        ": connection refused. Check 'hostname' and 'port', and that the cluster is running (a "
        "paused one refuses connections).");
  }
  constexpr std::array kOtherProtocols = {"expected authentication request",
                                          "received invalid",
                                          "unexpected message from server",
                                          "lost synchronization",
                                          "wrong version number",
                                          "packet length too long",
                                          "excessive message size",
                                          "unsupported frontend",
                                          "protocol"};
  if (std::any_of(kOtherProtocols.begin(), kOtherProtocols.end(),
                  [&](const char* words) { return Has(text, words); })) {
    return ConnectError(ErrorKind::kPermanent, Retry::kNever, "What listens at ", place,
                        " does not speak Redshift's protocol. Check 'hostname' and 'port'. (", text, ")");
  }
  return ConnectError(ErrorKind::kConnection, Retry::kConnection, "No session with ", place, ": ", text,
                      ". Check 'hostname', 'port' and the way through firewalls.");
}

}  // namespace

arrow::Status InterruptedError(std::string_view what, bool outcome_known) {
  auto detail = std::make_shared<WarehouseErrorDetail>();
  detail->kind = ErrorKind::kInterrupted;
  detail->outcome_known = outcome_known;
  detail->label = std::string(what);
  return arrow::Status::FromDetailAndArgs(arrow::StatusCode::Cancelled, std::move(detail),
                                          "Stopped on request while ", what, ".");
}

arrow::Status DescribeConnectFailure(std::string_view libpq_message, const ConnectionSettings& settings,
                                     std::string_view certificate) {
  const Said said = Parse(MaskSecrets(libpq_message, {settings.password.Reveal()}));
  return WithCode(Describe(said, settings, certificate), said);
}

arrow::Status DescribeConnectTimeout(const ConnectionSettings& settings) {
  return ConnectError(
      ErrorKind::kConnection, Retry::kConnection, Place(settings), " did not answer within ",
      settings.connect_timeout.count(),
      " ms ('connect.timeout'). Check 'hostname' and 'port', and that the cluster is running and "
      "its security group lets this machine in.");
}

}  // namespace redshift
