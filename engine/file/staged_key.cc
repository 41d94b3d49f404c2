#include "engine/file/staged_key.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace redshift {

namespace {

constexpr std::string_view kDigits = "0123456789";
constexpr std::string_view kHexDigits = "0123456789abcdef";

constexpr std::array<std::string_view, 5> kFileSuffixes = {".csv.zst", ".csv.gz", ".csv", ".parquet",
                                                           ".rejected.ndjson"};
constexpr std::string_view kManifestSuffix = ".manifest";

bool TakeChar(char c, std::string_view* text) {
  if (!text->starts_with(c)) return false;
  text->remove_prefix(1);
  return true;
}

bool TakeHex(size_t digits, std::string_view* text) {
  const std::string_view taken = text->substr(0, digits);
  if (taken.size() < digits || taken.find_first_not_of(kHexDigits) != std::string_view::npos) return false;
  text->remove_prefix(digits);
  return true;
}

bool TakeNumber(std::string_view* text) {
  const size_t digits = std::min(text->find_first_not_of(kDigits), text->size());
  text->remove_prefix(digits);
  return digits > 0;
}

bool TakeUuid(std::string_view* text) {
  return TakeHex(8, text) && TakeChar('-', text) && TakeHex(4, text) && TakeChar('-', text) &&
         TakeHex(4, text) && TakeChar('-', text) && TakeHex(4, text) && TakeChar('-', text) &&
         TakeHex(12, text);
}

// "<subtask>-<n>.csv.zst" and the like.
bool IsFileName(std::string_view name) {
  return TakeNumber(&name) && TakeChar('-', &name) && TakeNumber(&name) &&
         std::find(kFileSuffixes.begin(), kFileSuffixes.end(), name) != kFileSuffixes.end();
}

// "<checkpoint>-<12 digits of its digest>.manifest".
bool IsManifestName(std::string_view name) {
  return TakeNumber(&name) && TakeChar('-', &name) && TakeHex(12, &name) && name == kManifestSuffix;
}

}  // namespace

bool IsStagedKey(std::string_view key) {
  return TakeHex(32, &key) && TakeChar('/', &key) && TakeHex(8, &key) && TakeChar('/', &key) &&
         TakeUuid(&key) && TakeChar('/', &key) && (IsFileName(key) || IsManifestName(key));
}

bool IsStagedUploadKey(std::string_view key) {
  return key == kWriteCheckKey || IsStagedKey(key);
}

}  // namespace redshift
