#include "engine/file/testing/s3_gate.h"

#include <poll.h>
#include <sys/socket.h>

#include <chrono>
#include <string_view>

namespace redshift::testing {

namespace {

std::string ErrorAnswer(std::string_view status, std::string_view code) {
  const std::string body = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>" + std::string(code) +
                           "</Code><Message>by the gate</Message></Error>";
  return "HTTP/1.1 " + std::string(status) + "\r\nContent-Type: application/xml\r\nConnection: close\r\n" +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

bool Readable(const Socket& socket) {
  pollfd poll_for{.fd = socket.fd(), .events = POLLIN, .revents = 0};
  return poll(&poll_for, 1, 20) > 0;
}

}  // namespace

S3Gate::S3Gate(uint16_t moto_port, Decide decide)
    : moto_port_(moto_port),
      decide_(std::move(decide)),
      listener_(Listen(&port_)),
      accepting_([this] { Accept(); }) {}

S3Gate::~S3Gate() {
  ending_ = true;
  accepting_.join();
  for (std::thread& connection : connections_) connection.join();
}

void S3Gate::Release() {
  released_ = true;
}

void S3Gate::Accept() {
  while (!ending_) {
    if (!Readable(listener_)) continue;
    connections_.emplace_back([this, fd = accept(listener_.fd(), nullptr, nullptr)] {
      Socket client(fd);
      Serve(client);
    });
  }
}

// One request per connection.
void S3Gate::Serve(Socket& client) {
  while (!Readable(client)) {
    if (ending_) return;
  }
  HttpMessage request;
  if (!ReadRequest(client, &request)) return;
  const Action action = decide_(request);
  if (action != Action::kForward) ++faults_;
  switch (action) {
    case Action::kForward:
      break;
    case Action::kReset:
      client.Reset();
      return;
    case Action::kSlowDown:
      client.Send(ErrorAnswer("503 Slow Down", "SlowDown"));
      return;
    case Action::kDeny:
      client.Send(ErrorAnswer("403 Forbidden", "AccessDenied"));
      return;
    case Action::kInvalidKeyId:
      client.Send(ErrorAnswer("403 Forbidden", "InvalidAccessKeyId"));
      return;
    case Action::kHang:
      ++hanging_;
      while (!released_ && !ending_) std::this_thread::sleep_for(std::chrono::milliseconds(10));
      --hanging_;
      if (!released_) return;
      break;
    case Action::kLoseReply:
      Exchange(moto_port_, request);
      client.Reset();
      return;
  }
  const HttpMessage answer = Exchange(moto_port_, request);
  client.Send(answer.first_line + "\r\n" + answer.headers + "\r\n\r\n" + answer.body);
}

}  // namespace redshift::testing
