#pragma once

#include <stdlib.h>
#include <unistd.h>

#include <fstream>
#include <string>
#include <string_view>

namespace redshift::testing {

/// A file of this test, gone with the object.
class TemporaryFile {
 public:
  explicit TemporaryFile(std::string_view text = "") {
    close(mkstemp(path_.data()));
    Write(text);
  }
  ~TemporaryFile() { unlink(path_.c_str()); }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;

  const std::string& path() const { return path_; }
  void Write(std::string_view text) { std::ofstream(path_, std::ios::trunc) << text; }

 private:
  std::string path_ = "/tmp/aws-test-XXXXXX";
};

}  // namespace redshift::testing
