#include "engine/file/testing/slow_line.h"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>

namespace redshift::testing {

namespace {

constexpr int kBufferBytes = 32 * 1024;
constexpr int kChunkBytes = 8 * 1024;

bool Readable(const Socket& socket) {
  pollfd poll_for{.fd = socket.fd(), .events = POLLIN, .revents = 0};
  return poll(&poll_for, 1, 20) > 0;
}

// What waits in the kernel would count as sent.
void KeepBuffersSmall(const Socket& socket) {
  const int bytes = kBufferBytes;
  setsockopt(socket.fd(), SOL_SOCKET, SO_RCVBUF, &bytes, sizeof(bytes));
  setsockopt(socket.fd(), SOL_SOCKET, SO_SNDBUF, &bytes, sizeof(bytes));
}

}  // namespace

SlowLine::SlowLine(uint16_t server_port, int64_t bytes_per_second)
    : server_port_(server_port), bytes_per_second_(bytes_per_second), listener_(Listen(&port_)) {
  KeepBuffersSmall(listener_);  // accepted sockets take after it
  accepting_ = std::thread([this] { Accept(); });
}

SlowLine::~SlowLine() {
  OpenUp();
  ending_ = true;
  accepting_.join();
  for (std::thread& connection : connections_) connection.join();
}

void SlowLine::Accept() {
  while (!ending_) {
    if (!Readable(listener_)) continue;
    ++connection_count_;
    connections_.emplace_back([this, fd = accept(listener_.fd(), nullptr, nullptr)] {
      Socket client(fd);
      Socket server = ConnectTo(server_port_);
      if (!server.open()) return client.Reset();
      std::atomic<int64_t> answered = 0;
      std::thread back([&] { Carry(server, client, &answered); });
      Carry(client, server, &carried_);
      back.join();
    });
  }
}

// Until one of the two ends; then both do.
void SlowLine::Carry(Socket& from, Socket& to, std::atomic<int64_t>* count) {
  std::string bytes(kChunkBytes, '\0');
  while (!ending_) {
    if (!Readable(from)) continue;
    const ssize_t received = recv(from.fd(), bytes.data(), bytes.size(), 0);
    if (received <= 0) break;
    WaitForTurn(received);
    if (!to.Send(std::string_view(bytes).substr(0, static_cast<size_t>(received)))) break;
    *count += received;
    EndPause();
  }
  from.ShutDown();
  to.ShutDown();
}

std::chrono::steady_clock::duration SlowLine::longest_pause() const {
  std::lock_guard lock(mutex_);
  return std::max(longest_pause_, std::chrono::steady_clock::now() - carried_at_);
}

void SlowLine::EndPause() {
  std::lock_guard lock(mutex_);
  const auto now = std::chrono::steady_clock::now();
  longest_pause_ = std::max(longest_pause_, now - carried_at_);
  carried_at_ = now;
}

void SlowLine::WaitForTurn(int64_t bytes) {
  const int64_t rate = bytes_per_second_;
  if (rate == 0) return;
  std::chrono::steady_clock::time_point turn;
  {
    std::lock_guard lock(mutex_);
    turn = std::max(free_at_, std::chrono::steady_clock::now());
    free_at_ = turn + std::chrono::microseconds(bytes * 1'000'000 / rate);
  }
  std::this_thread::sleep_until(turn);
}

}  // namespace redshift::testing
