// What a process holds, to see that it is given back.
#pragma once

#include <cstdint>
#include <ostream>

namespace redshift::testing {

struct ProcessResources {
  int threads = 0;
  int descriptors = 0;
  int64_t arrow_bytes = 0;  // of Arrow's default memory pool

  static ProcessResources Now();
  friend bool operator==(const ProcessResources&, const ProcessResources&) = default;
};

std::ostream& operator<<(std::ostream& out, const ProcessResources& resources);

/// Fails the test unless the process soon holds what it held before. A thread that resolves a name may end a
/// little later than what asked it to.
void ExpectGivenBack(const ProcessResources& before);

}  // namespace redshift::testing
