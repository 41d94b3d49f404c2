#include "engine/sink/testing/process_resources.h"

#include <arrow/memory_pool.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <thread>

namespace redshift::testing {
namespace {

int EntriesOf(const char* directory) {
  int entries = 0;
  // The one that is read shows itself, every time.
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(directory)) ++entries;
  return entries;
}

}  // namespace

ProcessResources ProcessResources::Now() {
  return {EntriesOf("/proc/self/task"), EntriesOf("/proc/self/fd"),
          arrow::default_memory_pool()->bytes_allocated()};
}

std::ostream& operator<<(std::ostream& out, const ProcessResources& resources) {
  return out << resources.threads << " threads, " << resources.descriptors << " descriptors, "
             << resources.arrow_bytes << " bytes of Arrow";
}

void ExpectGivenBack(const ProcessResources& before) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::minutes(1);
  while (ProcessResources::Now() != before && std::chrono::steady_clock::now() < end) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  EXPECT_EQ(ProcessResources::Now(), before);
}

}  // namespace redshift::testing
