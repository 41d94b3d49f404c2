#include "engine/warehouse/testing/session_gate.h"

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <utility>

#include "engine/warehouse/testing/listener.h"

namespace redshift {
namespace {

constexpr int kPollMillis = 10;

sockaddr_in Local(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<uint16_t>(port));
  return address;
}

void Check(bool good, const char* what) {
  if (good) return;
  std::perror(what);
  std::abort();
}

void Reset(int socket) {
  const linger at_once{1, 0};
  setsockopt(socket, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  close(socket);
}

}  // namespace

SessionGate::SessionGate(int server_port)
    : server_port_(server_port), listener_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address = Local(0);
  Check(bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0, "bind");
  Check(listen(listener_, 16) == 0, "listen");
  socklen_t length = sizeof address;
  Check(getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &length) == 0, "getsockname");
  port_ = ntohs(address.sin_port);
  acceptor_ = std::thread([this] { Accept(); });
}

SessionGate::~SessionGate() {
  ending_ = true;
  acceptor_.join();
  for (std::thread& relay : relays_) relay.join();
  close(listener_);
}

void SessionGate::HoldBack(const std::string& text) {
  std::lock_guard lock(mutex_);
  hold_back_ = text;
}

void SessionGate::Deliver() {
  std::lock_guard lock(mutex_);
  for (Link& link : links_) SendAll(link.server, std::exchange(link.held, ""));
  holds_ = false;
}

void SessionGate::CutClients() {
  std::lock_guard lock(mutex_);
  for (Link& link : links_) {
    if (link.cut || link.client < 0) continue;
    link.cut = true;
    Reset(std::exchange(link.client, -1));
  }
}

void SessionGate::Accept() {
  while (!ending_) {
    pollfd wait{listener_, POLLIN, 0};
    if (poll(&wait, 1, kPollMillis) <= 0) continue;
    Link link;
    link.client = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    link.server = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const sockaddr_in address = Local(server_port_);
    Check(connect(link.server, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0, "connect");
    std::lock_guard lock(mutex_);
    links_.push_back(std::move(link));
    relays_.emplace_back([this, added = &links_.back()] { Relay(added); });
  }
}

void SessionGate::Relay(Link* link) {
  while (!ending_) {
    int client = -1;
    {
      std::lock_guard lock(mutex_);
      client = link->client;
    }
    pollfd waits[2] = {{client, POLLIN, 0}, {link->server, POLLIN, 0}};
    if (poll(waits, 2, kPollMillis) <= 0) continue;
    std::lock_guard lock(mutex_);
    if (waits[1].revents != 0) {
      const std::string bytes = ReadSome(link->server);
      if (bytes.empty()) break;
      if (!link->cut) SendAll(link->client, bytes);
    }
    if (!link->cut && waits[0].revents != 0) {
      const std::string bytes = ReadSome(link->client);
      if (bytes.empty()) break;
      if (!hold_back_.empty() && bytes.find(hold_back_) != std::string::npos) {
        hold_back_.clear();
        link->held = bytes;
        holds_ = true;
      } else {
        SendAll(link->server, bytes);
      }
    }
  }
  std::lock_guard lock(mutex_);
  if (link->client >= 0) close(std::exchange(link->client, -1));
  close(std::exchange(link->server, -1));
}

}  // namespace redshift
