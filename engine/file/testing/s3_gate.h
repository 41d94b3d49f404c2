#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "engine/aws/testing/http.h"

namespace redshift::testing {

/// A server between client and moto that can fail as S3 and networks do.
class S3Gate {
 public:
  enum class Action {
    kForward,
    kReset,         // "connection reset by peer"
    kSlowDown,      // 503, as S3 throttles
    kDeny,          // 403 AccessDenied
    kInvalidKeyId,  // 403 InvalidAccessKeyId
    kHang,          // no answer until Release or the end
    kLoseReply,     // moto gets it, the client's connection is reset
  };
  /// Asked for each request; from several threads.
  using Decide = std::function<Action(const HttpMessage& request)>;

  S3Gate(uint16_t moto_port, Decide decide);
  ~S3Gate();
  S3Gate(const S3Gate&) = delete;
  S3Gate& operator=(const S3Gate&) = delete;

  std::string endpoint() const { return "http://127.0.0.1:" + std::to_string(port_); }
  /// How many requests did not simply go through.
  int faults() const { return faults_; }
  /// Requests that hang, now and later, go on to moto.
  void Release();
  /// How many requests are hanging.
  int hanging() const { return hanging_; }

 private:
  void Accept();
  void Serve(Socket& client);

  const uint16_t moto_port_;
  const Decide decide_;
  uint16_t port_ = 0;
  Socket listener_;
  std::atomic<int> faults_ = 0;
  std::atomic<int> hanging_ = 0;
  std::atomic<bool> released_ = false;
  std::atomic<bool> ending_ = false;
  std::vector<std::thread> connections_;
  std::thread accepting_;
};

}  // namespace redshift::testing
