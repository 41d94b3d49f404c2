#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "engine/aws/testing/http.h"

namespace redshift::testing {

/// A thin line to a server of this machine: all its connections together carry so many bytes a second, both
/// ways counted, and little of what was sent waits inside of it. It keeps none of what it carries.
class SlowLine {
 public:
  SlowLine(uint16_t server_port, int64_t bytes_per_second);
  ~SlowLine();
  SlowLine(const SlowLine&) = delete;
  SlowLine& operator=(const SlowLine&) = delete;

  std::string endpoint() const { return "http://127.0.0.1:" + std::to_string(port_); }
  /// From here on it carries as much as it can.
  void OpenUp() { bytes_per_second_ = 0; }
  /// Bytes that reached the server so far.
  int64_t carried() const { return carried_; }
  int connections() const { return connection_count_; }
  /// The longest time, up to now, in which it carried nothing.
  std::chrono::steady_clock::duration longest_pause() const;

 private:
  void Accept();
  void Carry(Socket& from, Socket& to, std::atomic<int64_t>* count);
  void WaitForTurn(int64_t bytes);
  void EndPause();

  const uint16_t server_port_;
  std::atomic<int64_t> bytes_per_second_;  // 0: no limit
  std::atomic<int64_t> carried_ = 0;
  std::atomic<int> connection_count_ = 0;
  std::atomic<bool> ending_ = false;
  mutable std::mutex mutex_;
  std::chrono::steady_clock::time_point free_at_{};
  std::chrono::steady_clock::time_point carried_at_ = std::chrono::steady_clock::now();
  std::chrono::steady_clock::duration longest_pause_{0};
  uint16_t port_ = 0;
  Socket listener_;
  std::vector<std::thread> connections_;
  std::thread accepting_;
};

}  // namespace redshift::testing
