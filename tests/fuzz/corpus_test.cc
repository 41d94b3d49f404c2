// Feeds a fuzz target its corpus, once: what fuzzing found before stays mended.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <vector>

#include "tests/fuzz/fuzz.h"

namespace {

TEST(Corpus, IsTakenWithoutAFinding) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator("tests/corpus/" FUZZ_TARGET)) {
    files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  ASSERT_FALSE(files.empty());
  for (const auto& path : files) {
    // Said before, since a finding ends the process.
    std::cout << path.string() << std::endl;  // NOLINT: flushed on purpose
    std::ifstream file(path, std::ios::binary);
    ASSERT_TRUE(file);
    const std::vector<char> bytes{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size());
  }
}

}  // namespace
