#include "local/dialect/long_name.h"

#include <fmt/format.h>

#include <cstdint>

#include "local/sql/lexer.h"

namespace redshift_local {
namespace {

constexpr size_t kLongestName = 127;
constexpr size_t kLongestBackendName = 63;
/// A shortened name: the name's beginning, the mark, 16 hexadecimal digits.
constexpr size_t kDigits = 16;
constexpr char kMark = '~';
constexpr size_t kPrefix = kLongestBackendName - 1 - kDigits;

std::string_view Cut(std::string_view text, size_t size) {
  if (text.size() <= size) return text;
  while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80) --size;
  return text.substr(0, size);
}

// FNV-1a.
uint64_t Hash(std::string_view text) {
  uint64_t hash = 14695981039346656037U;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211U;
  return hash;
}

}  // namespace

std::string CutName(std::string_view name) {
  return std::string(Cut(name, kLongestName));
}

std::string BackendName(std::string_view name) {
  name = Cut(name, kLongestName);
  if (name.size() <= kLongestBackendName) return std::string(name);
  std::string prefix(Cut(name, kPrefix));
  prefix.resize(kPrefix, '_');
  return fmt::format("{}{}{:016x}", prefix, kMark, Hash(name));
}

bool IsShortened(std::string_view name) {
  return name.size() == kLongestBackendName && name[kPrefix] == kMark &&
         name.find_first_not_of("0123456789abcdef", kPrefix + 1) == std::string_view::npos;
}

void RestoreNames(std::string* text, const std::function<std::string(std::string_view)>& restore) {
  for (size_t mark = text->find(kMark); mark != std::string::npos; mark = text->find(kMark, mark + 1)) {
    if (mark < kPrefix) continue;
    const std::string_view name = std::string_view(*text).substr(mark - kPrefix, kLongestBackendName);
    if (!IsShortened(name)) continue;
    const std::string restored = restore(name);
    text->replace(mark - kPrefix, kLongestBackendName, restored);
    mark += restored.size() - kPrefix - 1;
  }
}

std::string BackendNamesIn(std::string_view qualified_name) {
  auto lexed = Lex(qualified_name);
  const auto* tokens = std::get_if<Tokens>(&lexed);
  if (tokens == nullptr) return std::string(qualified_name);
  std::string out;
  for (const Token& token : *tokens) {
    out += token.IsName() ? QuoteIdentifier(BackendName(token.value)) : std::string(token.text);
  }
  return out;
}

}  // namespace redshift_local
