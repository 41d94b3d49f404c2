#include "engine/file/testing/parquet_text.h"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>

namespace redshift::testing {

std::string ParquetText(const std::string& file) {
  std::string path = "/tmp/redshift-parquet-XXXXXX";
  const int fd = mkstemp(path.data());
  if (fd < 0 || write(fd, file.data(), file.size()) != static_cast<ssize_t>(file.size())) std::abort();
  close(fd);
  std::string text;
  const std::string command = READ_PARQUET " " + path + " 2>&1";
  FILE* reader = popen(command.c_str(), "r");
  char piece[4096];
  for (size_t size = 0; (size = fread(piece, 1, sizeof(piece), reader)) > 0;) text.append(piece, size);
  pclose(reader);
  unlink(path.c_str());
  return text;
}

}  // namespace redshift::testing
