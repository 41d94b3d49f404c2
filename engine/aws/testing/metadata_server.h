#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "engine/file/testing/http.h"

namespace redshift::testing {

/// A plain HTTP server of this process, for what machines tell those whom they run.
class MetadataServer {
 public:
  struct Answer {
    int status = 200;
    std::string body = {};
    std::string headers = {};  ///< lines with CRLF
  };
  using Handler = std::function<Answer(const HttpMessage&)>;

  explicit MetadataServer(Handler handler);
  ~MetadataServer();
  MetadataServer(const MetadataServer&) = delete;
  MetadataServer& operator=(const MetadataServer&) = delete;

  /// "http://127.0.0.1:<port>".
  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  /// The first lines of the requests so far.
  std::vector<std::string> requests();

 private:
  void Serve();

  const Handler handler_;
  uint16_t port_ = 0;
  Socket listener_;
  std::mutex mutex_;
  std::vector<std::string> requests_;
  std::jthread thread_;
};

}  // namespace redshift::testing
