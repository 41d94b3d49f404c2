// For tests only: a network between client and warehouse that loses its client.
#pragma once

#include <atomic>
#include <cstdint>
#include <list>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace redshift {

/// Passes connections on to a server of this machine, each on a thread of its own.
class SessionGate {
 public:
  explicit SessionGate(int server_port);
  ~SessionGate();
  SessionGate(const SessionGate&) = delete;
  SessionGate& operator=(const SessionGate&) = delete;

  int port() const { return port_; }

  /// The next message of a client that holds `text` goes no further until Deliver.
  void HoldBack(const std::string& text);
  /// Whether such a message is being held back.
  bool holds() const { return holds_; }
  /// It goes on to the server, also when its client has been cut off.
  void Deliver();

  /// The clients that are connected see their connections reset; the server sees nothing, as when a host
  /// vanishes.
  void CutClients();

 private:
  struct Link {
    int client = -1;
    int server = -1;
    bool cut = false;
    std::string held;
  };
  void Accept();
  void Relay(Link* link);

  const int server_port_;
  int port_ = 0;
  int listener_ = -1;
  std::atomic<bool> ending_ = false;
  std::atomic<bool> holds_ = false;
  std::mutex mutex_;  // for what follows, and for the descriptors of links
  std::string hold_back_;
  std::list<Link> links_;
  std::vector<std::thread> relays_;
  std::thread acceptor_;
};

}  // namespace redshift
