#include "engine/aws/testing/http.h"

#include <arpa/inet.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include <utility>

namespace redshift::testing {

namespace {

constexpr std::string_view kEndOfHead = "\r\n\r\n";

sockaddr_in Loopback(uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  return address;
}

void TakeHead(std::string_view head, HttpMessage* message) {
  const size_t line_end = head.find("\r\n");
  message->first_line = std::string(head.substr(0, line_end));
  message->headers = line_end == std::string_view::npos ? "" : std::string(head.substr(line_end + 2));
}

}  // namespace

Socket& Socket::operator=(Socket&& other) noexcept {
  std::swap(fd_, other.fd_);
  return *this;
}

Socket::~Socket() {
  if (open()) close(fd_);
}

bool Socket::Send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(sent));
  }
  return true;
}

std::string Socket::Receive() {
  std::string bytes(64 * 1024, '\0');
  const ssize_t received = recv(fd_, bytes.data(), bytes.size(), 0);
  bytes.resize(received > 0 ? static_cast<size_t>(received) : 0);
  return bytes;
}

void Socket::ShutDown() {
  shutdown(fd_, SHUT_RDWR);
}

void Socket::Reset() {
  const linger at_once{.l_onoff = 1, .l_linger = 0};
  setsockopt(fd_, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
  close(std::exchange(fd_, -1));
}

Socket Listen(uint16_t* port) {
  Socket socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const int yes = 1;
  setsockopt(socket.fd(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
  sockaddr_in address = Loopback(*port);
  socklen_t size = sizeof(address);
  if (bind(socket.fd(), reinterpret_cast<sockaddr*>(&address), size) != 0) return Socket();
  if (listen(socket.fd(), 64) != 0) return Socket();
  getsockname(socket.fd(), reinterpret_cast<sockaddr*>(&address), &size);
  *port = ntohs(address.sin_port);
  return socket;
}

Socket ConnectTo(uint16_t port) {
  Socket socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const sockaddr_in address = Loopback(port);
  if (connect(socket.fd(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0)
    return Socket();
  return socket;
}

std::string HttpMessage::Header(std::string_view name) const {
  std::string_view rest = headers;
  while (!rest.empty()) {
    const std::string_view line = rest.substr(0, rest.find("\r\n"));
    rest.remove_prefix(std::min(rest.size(), line.size() + 2));
    const size_t colon = line.find(':');
    if (colon != name.size() || strncasecmp(line.data(), name.data(), colon) != 0) continue;
    const size_t begin = line.find_first_not_of(' ', colon + 1);
    return begin == std::string_view::npos ? "" : std::string(line.substr(begin));
  }
  return "";
}

namespace {

// Whether `body` is complete in the chunked encoding ("5\r\nhello\r\n0\r\n\r\n").
bool IsCompleteChunked(std::string_view body) {
  while (true) {
    const size_t line_end = body.find("\r\n");
    if (line_end == std::string_view::npos) return false;
    const size_t size = std::stoull(std::string(body.substr(0, line_end)), nullptr, 16);
    if (body.size() < line_end + 2 + size + 2) return false;
    if (size == 0) return true;
    body.remove_prefix(line_end + 2 + size + 2);
  }
}

}  // namespace

bool ReadRequest(Socket& socket, HttpMessage* request) {
  std::string bytes;
  size_t head_end;
  while ((head_end = bytes.find(kEndOfHead)) == std::string::npos) {
    const std::string more = socket.Receive();
    if (more.empty()) return false;
    bytes += more;
  }
  TakeHead(std::string_view(bytes).substr(0, head_end), request);
  request->body = bytes.substr(head_end + kEndOfHead.size());
  if (!request->Header("Expect").empty()) socket.Send("HTTP/1.1 100 Continue\r\n\r\n");
  const std::string length = request->Header("Content-Length");
  const size_t wanted = length.empty() ? 0 : std::stoull(length);
  const bool chunked = request->Header("Transfer-Encoding") == "chunked";
  while (chunked ? !IsCompleteChunked(request->body) : request->body.size() < wanted) {
    const std::string more = socket.Receive();
    if (more.empty()) return false;
    request->body += more;
  }
  return true;
}

HttpMessage Exchange(uint16_t port, const HttpMessage& request) {
  HttpMessage answer;
  Socket socket = ConnectTo(port);
  if (!socket.open()) return answer;
  std::string bytes = request.first_line + "\r\nConnection: close\r\n";
  std::string_view rest = request.headers;
  while (!rest.empty()) {
    const std::string_view line = rest.substr(0, rest.find("\r\n"));
    rest.remove_prefix(std::min(rest.size(), line.size() + 2));
    if (strncasecmp(line.data(), "Connection:", 11) == 0 || strncasecmp(line.data(), "Expect:", 7) == 0)
      continue;
    bytes += std::string(line) + "\r\n";
  }
  bytes += "\r\n" + request.body;
  socket.Send(bytes);
  std::string received;
  for (std::string more = socket.Receive(); !more.empty(); more = socket.Receive()) received += more;
  const size_t head_end = received.find(kEndOfHead);
  if (head_end == std::string::npos) return answer;
  TakeHead(std::string_view(received).substr(0, head_end), &answer);
  answer.body = received.substr(head_end + kEndOfHead.size());
  return answer;
}

}  // namespace redshift::testing
