// generate-options [--check] [--java FILE] [--markdown FILE]
// Writes the files that are generated from the option table. With --check it writes nothing and ends with 1
// when a file is not what it would write.

#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

#include "engine/option/generated_text.h"

namespace {

bool IsCurrent(const std::string& path, const std::string& text) {
  std::ifstream file(path, std::ios::binary);
  const std::string found{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  if (file && found == text) return true;
  std::fprintf(stderr, "%s is not what the option table says; run build/bin/generate-options again\n",
               path.c_str());
  return false;
}

bool Write(const std::string& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << text;
  file.close();
  if (file) return true;
  std::fprintf(stderr, "%s cannot be written\n", path.c_str());
  return false;
}

}  // namespace

int main(int argc, char** argv) {
  bool check = false;
  bool good = argc > 1;
  for (int i = 1; i < argc; ++i) {
    const std::string_view flag = argv[i];
    if (flag == "--check") {
      check = true;
      continue;
    }
    if ((flag != "--java" && flag != "--markdown") || i + 1 == argc) {
      std::fprintf(stderr, "usage: generate-options [--check] [--java FILE] [--markdown FILE]\n");
      return 2;
    }
    const std::string path = argv[++i];
    const std::string text = flag == "--java" ? redshift::OptionsAsJava() : redshift::OptionsAsMarkdown();
    good = (check ? IsCurrent(path, text) : Write(path, text)) && good;
  }
  return good ? 0 : 1;
}
