#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace redshift::testing {

/// A file descriptor with one owner.
class Socket {
 public:
  Socket() = default;
  explicit Socket(int fd) : fd_(fd) {}
  Socket(Socket&& other) noexcept : fd_(other.fd_) { other.fd_ = -1; }
  Socket& operator=(Socket&& other) noexcept;
  ~Socket();

  int fd() const { return fd_; }
  bool open() const { return fd_ >= 0; }
  /// Whether all of it went.
  bool Send(std::string_view bytes);
  /// Up to 64 KiB; empty at the end of the stream and on errors.
  std::string Receive();
  /// Makes a Receive in another thread return.
  void ShutDown();
  /// Closes so that the peer sees "connection reset".
  void Reset();

 private:
  int fd_ = -1;
};

/// Listens on 127.0.0.1; `*port` is the one that was given or, for 0, a free one.
Socket Listen(uint16_t* port);
/// Connects to 127.0.0.1; not open() when nobody listens.
Socket ConnectTo(uint16_t port);

/// One HTTP message.
struct HttpMessage {
  std::string first_line;  // "PUT /bucket/key HTTP/1.1"
  std::string headers;     // lines with CRLF, without the empty line
  std::string body;

  /// The value of a header, or empty.
  std::string Header(std::string_view name) const;
};

/// Reads one request, whose body stays encoded as it came; answers "Expect: 100-continue". False at the end
/// of the stream.
bool ReadRequest(Socket& socket, HttpMessage* request);

/// Sends a request and reads the answer until the server closes.
HttpMessage Exchange(uint16_t port, const HttpMessage& request);

}  // namespace redshift::testing
