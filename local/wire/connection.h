// A socket that carries protocol messages, with a buffer on each side.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

#include "local/wire/message.h"
#include "local/wire/tls.h"

namespace redshift_local {

/// The other end has gone, or broke the protocol so badly that nothing more can be said to it.
struct ConnectionLost : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Owns one connected socket. Used by one thread; Shutdown alone may be called from another.
/// Every call that reads or writes blocks, and throws ConnectionLost.
class Connection {
 public:
  static constexpr size_t kLargestMessage = size_t{1024} * 1024 * 1024;

  /// `peer` is for messages: "client 127.0.0.1:4711".
  Connection(int socket, std::string peer);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// A longer message than `largest` bytes breaks the connection.
  Message Read(size_t largest = kLargestMessage);
  /// A start-up packet: it has no type byte.
  std::string ReadStartup();
  /// One byte, outside any message (the answer to SSLRequest).
  char ReadByte();

  /// Speaks TLS from here on, as the server. What the peer sent before it was asked to begin breaks the
  /// connection: it may come from somebody in between.
  void BeginTls(const TlsContext& context);
  bool HasTls() const { return tls_ != nullptr; }
  /// `TLSv1.3`; empty without TLS.
  std::string TlsVersion() const { return tls_ ? tls_->Version() : ""; }

  /// How long a call may wait for bytes of the peer; zero: for ever, as at first.
  void SetPatience(std::chrono::seconds patience);

  /// Adds a message to the output; it goes out with Flush, or by itself when much has gathered.
  void Add(char type, std::string_view body);
  void AddRaw(std::string_view bytes);
  void Flush();

  /// For poll().
  int descriptor() const { return socket_; }
  /// True when bytes wait in the input buffer.
  bool HasInput() const { return read_at_ < input_.size() || (tls_ && tls_->HasInput()); }
  /// True when the peer has closed its side, even while bytes from it still wait. Does not block.
  bool PeerHasGone() const;

  /// Breaks the connection for both sides; a thread blocked in Read wakes up with ConnectionLost.
  void Shutdown();
  /// Closes so that the peer sees a reset, without what is still in the output.
  void Cut();

  const std::string& peer() const { return peer_; }

 private:
  void Fill(size_t needed);
  /// Reads what is there, at least one byte.
  size_t Receive(char* data, size_t size);

  std::atomic<int> socket_;
  std::string peer_;
  std::string input_;
  size_t read_at_ = 0;
  std::string output_;
  std::unique_ptr<TlsStream> tls_;
};

/// Connects to a Unix socket. Throws ConnectionLost.
int ConnectUnix(const std::string& path);

}  // namespace redshift_local
