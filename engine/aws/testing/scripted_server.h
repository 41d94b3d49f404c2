#pragma once

#include <atomic>
#include <functional>
#include <list>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "engine/aws/testing/http.h"

namespace redshift::testing {

/// An HTTP server on 127.0.0.1 that answers each request with what `answer` makes of it, on a thread for each
/// connection.
class ScriptedServer {
 public:
  /// Status line to body, as it goes over the wire. An empty one resets the connection; one with the header
  /// "Connection: close" is the last, wherever it ends.
  using Answer = std::function<std::string(const HttpMessage& request)>;

  explicit ScriptedServer(Answer answer);
  ~ScriptedServer();
  ScriptedServer(const ScriptedServer&) = delete;
  ScriptedServer& operator=(const ScriptedServer&) = delete;

  /// "http://127.0.0.1:<port>".
  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  /// What was asked for so far.
  std::vector<HttpMessage> requests() const;
  /// "GET / HTTP/1.1" of each.
  std::vector<std::string> first_lines() const;

 private:
  void Serve(Socket* socket);

  const Answer answer_;
  uint16_t port_ = 0;
  Socket listener_;
  mutable std::mutex mutex_;
  std::vector<HttpMessage> requests_;
  std::list<Socket> sockets_;
  std::vector<std::thread> connections_;
  bool stopped_ = false;
  std::thread acceptor_;
};

/// A whole answer: "HTTP/1.1 <status>" with its length. `headers` are lines with CRLF.
std::string HttpText(const std::string& status, const std::string& body, const std::string& headers = "");

}  // namespace redshift::testing
