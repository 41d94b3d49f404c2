// Text that claims to be a manifest is read or refused; what was read is written the same way again, as JSON.
#include <nlohmann/json.hpp>

#include "engine/file/manifest.h"
#include "tests/fuzz/fuzz.h"

namespace redshift {
namespace {

void TakeInput(std::string_view text) {
  const auto entries = ParseManifest(text);
  if (!entries.ok()) return;
  std::vector<StagedFile> files;
  for (const ManifestEntry& entry : *entries) files.push_back({.url = entry.url, .bytes = entry.bytes});
  const auto written = ManifestText(files);
  // An address that is none of S3's.
  if (!written.ok()) return;
  fuzz::Check(nlohmann::json::accept(*written), "a manifest is JSON", *written);
  const auto again = ParseManifest(*written);
  fuzz::Check(again.ok() && *again == *entries, "a manifest reads back as its files", *written);
}

}  // namespace
}  // namespace redshift

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  redshift::TakeInput({reinterpret_cast<const char*>(data), size});
  return 0;
}
