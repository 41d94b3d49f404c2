#include "local/wire/connection.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

namespace redshift_local {
namespace {

constexpr size_t kFlushAt = 64 * 1024;
constexpr size_t kReadSize = 64 * 1024;
/// A length that a peer only claims must not cost its whole size in memory.
constexpr size_t kLargestStep = size_t{4} * 1024 * 1024;
constexpr size_t kLargestStartup = 10000;

uint32_t ReadLength(std::string_view bytes) {
  return static_cast<uint32_t>(BodyReader(bytes).Int32());
}

}  // namespace

Connection::Connection(int socket, std::string peer) : socket_(socket), peer_(std::move(peer)) {}

Connection::~Connection() {
  if (tls_ && socket_ >= 0) tls_->Close();
  const int socket = socket_.exchange(-1);
  if (socket >= 0) ::close(socket);
}

void Connection::BeginTls(const TlsContext& context) {
  if (HasInput()) throw ConnectionLost(peer_ + " sent unencrypted bytes after it had asked for TLS");
  tls_ = std::make_unique<TlsStream>(context, socket_);
  switch (tls_->Accept()) {
    case TlsStream::Result::kDone:
      return;
    case TlsStream::Result::kEnd:
      throw ConnectionLost(peer_ + " closed the connection during the TLS handshake");
    case TlsStream::Result::kTimeout:
      throw ConnectionLost(peer_ + " said nothing for too long during the TLS handshake");
    case TlsStream::Result::kFailed:
      throw ConnectionLost("the TLS handshake with " + peer_ + " failed: " + tls_->failure());
  }
}

size_t Connection::Receive(char* data, size_t size) {
  if (tls_) {
    size_t got = 0;
    switch (tls_->Read(data, size, &got)) {
      case TlsStream::Result::kDone:
        return got;
      case TlsStream::Result::kEnd:
        throw ConnectionLost(peer_ + " closed the connection");
      case TlsStream::Result::kTimeout:
        throw ConnectionLost(peer_ + " said nothing for too long");
      case TlsStream::Result::kFailed:
        throw ConnectionLost("reading from " + peer_ + " failed: " + tls_->failure());
    }
  }
  ssize_t got;
  do {
    got = ::recv(socket_, data, size, 0);
  } while (got < 0 && errno == EINTR);
  if (got == 0) throw ConnectionLost(peer_ + " closed the connection");
  if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
    throw ConnectionLost(peer_ + " said nothing for too long");
  }
  if (got < 0) throw ConnectionLost("reading from " + peer_ + " failed: " + std::strerror(errno));
  return static_cast<size_t>(got);
}

void Connection::Fill(size_t needed) {
  if (read_at_ > 0 && (read_at_ == input_.size() || read_at_ > kReadSize)) {
    input_.erase(0, read_at_);
    read_at_ = 0;
  }
  while (input_.size() - read_at_ < needed) {
    const size_t old_size = input_.size();
    const size_t missing = needed - (old_size - read_at_);
    input_.resize(old_size + std::clamp(missing, kReadSize, kLargestStep));
    input_.resize(old_size + Receive(input_.data() + old_size, input_.size() - old_size));
  }
}

Message Connection::Read(size_t largest) {
  Fill(5);
  const uint32_t length = ReadLength(std::string_view(input_).substr(read_at_ + 1, 4));
  if (length < 4 || length > largest) {
    throw ConnectionLost(peer_ + " sent a message of impossible length " + std::to_string(length));
  }
  Fill(size_t{1} + length);
  Message message{input_[read_at_], input_.substr(read_at_ + 5, length - 4)};
  read_at_ += size_t{1} + length;
  return message;
}

std::string Connection::ReadStartup() {
  Fill(4);
  const uint32_t length = ReadLength(std::string_view(input_).substr(read_at_, 4));
  if (length < 8 || length > kLargestStartup) {
    throw ConnectionLost(peer_ + " sent no start-up packet of this protocol");
  }
  Fill(length);
  std::string body = input_.substr(read_at_ + 4, length - 4);
  read_at_ += length;
  return body;
}

char Connection::ReadByte() {
  Fill(1);
  return input_[read_at_++];
}

void Connection::Add(char type, std::string_view body) {
  output_.push_back(type);
  output_ += BodyWriter().Int32(static_cast<int32_t>(body.size() + 4)).body();
  AddRaw(body);
}

void Connection::AddRaw(std::string_view bytes) {
  output_.append(bytes);
  if (output_.size() >= kFlushAt) Flush();
}

void Connection::Flush() {
  if (tls_) {
    const TlsStream::Result result = tls_->Write(output_);
    output_.clear();
    if (result == TlsStream::Result::kDone) return;
    throw ConnectionLost("writing to " + peer_ + " failed: " + tls_->failure());
  }
  size_t sent = 0;
  while (sent < output_.size()) {
    const ssize_t n = ::send(socket_, output_.data() + sent, output_.size() - sent, MSG_NOSIGNAL);
    if (n < 0) {
      if (errno == EINTR) continue;
      const int error = errno;
      output_.clear();
      throw ConnectionLost("writing to " + peer_ + " failed: " + std::strerror(error));
    }
    sent += static_cast<size_t>(n);
  }
  output_.clear();
}

void Connection::SetPatience(std::chrono::seconds patience) {
  const timeval time{patience.count(), 0};
  ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &time, sizeof(time));
}

bool Connection::PeerHasGone() const {
  pollfd socket{socket_, POLLRDHUP, 0};
  return ::poll(&socket, 1, 0) > 0;
}

void Connection::Shutdown() {
  const int socket = socket_;
  if (socket >= 0) ::shutdown(socket, SHUT_RDWR);
}

void Connection::Cut() {
  const int socket = socket_.exchange(-1);
  if (socket < 0) return;
  const linger reset{1, 0};
  ::setsockopt(socket, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
  ::close(socket);
}

int ConnectUnix(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof(address.sun_path)) throw ConnectionLost("socket path too long: " + path);
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  const int socket = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (socket < 0 || ::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) {
    const int error = errno;
    if (socket >= 0) ::close(socket);
    throw ConnectionLost("connecting to " + path + " failed: " + std::strerror(error));
  }
  return socket;
}

}  // namespace redshift_local
