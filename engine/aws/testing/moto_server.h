#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace redshift::testing {

/// A moto S3 server on a free port of this machine for the life of this object. It keeps objects in memory
/// and takes any key. Failing to start ends the test program with the reason.
class MotoServer {
 public:
  MotoServer();
  ~MotoServer();
  MotoServer(const MotoServer&) = delete;
  MotoServer& operator=(const MotoServer&) = delete;

  uint16_t port() const { return port_; }
  /// "http://127.0.0.1:<port>".
  std::string endpoint() const { return "http://127.0.0.1:" + std::to_string(port_); }

  void CreateBucket(const std::string& bucket);
  /// The keys that begin with `prefix`, sorted.
  std::vector<std::string> Keys(const std::string& bucket, const std::string& prefix = "");
  /// Multipart uploads that were begun and neither completed nor aborted.
  size_t OpenUploads(const std::string& bucket);
  /// An object's bytes, read without the code under test.
  std::string Get(const std::string& bucket, const std::string& key);
  /// A header of an object: "ETag".
  std::string Header(const std::string& bucket, const std::string& key, std::string_view name);

 private:
  pid_t process_ = -1;
  uint16_t port_ = 0;
};

/// Reads files as zstd, gzip and nobody compress them, by Arrow's decompressor.
std::string Decompressed(const std::string& bytes, std::string_view suffix);

}  // namespace redshift::testing
