// For tests only: the other side of a connection, as a plain socket.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <thread>

namespace redshift {

/// Listens on a free port of this machine, on all its loopback addresses of IPv4.
class Listener {
 public:
  Listener();
  ~Listener() { Stop(); }
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  /// Answers each connection, one after the other, with what `serve` does; the connection is closed after it.
  void Serve(std::function<void(int client)> serve);
  /// Waits for the connection that is being served. Safe to repeat.
  void Stop();
  int port() const { return port_; }

 private:
  int fd_;
  int port_ = 0;
  std::thread thread_;
};

/// Sends all of it; false when the other side is gone.
bool SendAll(int client, std::string_view bytes);
/// One read; empty at the end.
std::string ReadSome(int client);
/// Everything until the other side closes.
std::string ReadToEnd(int client);

}  // namespace redshift
