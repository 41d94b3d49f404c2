// How much memory this process had at most: of use where it runs few tests.
#pragma once

#include <cstdint>
#include <fstream>
#include <string>

namespace redshift::testing {

inline constexpr int64_t kMib = 1024 * 1024;

inline int64_t PeakResidentBytes() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmHWM:")) return std::stoll(line.substr(6)) * 1024;
  }
  return 0;
}

}  // namespace redshift::testing
