#include "local/copy/manifest.h"

#include <nlohmann/json.hpp>

#include "local/copy/sql_error.h"

namespace redshift_local {
namespace {

arrow::Status NotAManifest(const std::string& why) {
  return SqlError("XX000", "Manifest file is not in correct json format: " + why);
}

}  // namespace

arrow::Result<std::vector<ManifestEntry>> ParseManifest(std::string_view text) {
  const auto json = nlohmann::json::parse(text.begin(), text.end(), nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) return NotAManifest("it is no JSON object");
  const auto entries = json.find("entries");
  if (entries == json.end() || !entries->is_array()) return NotAManifest("it has no array \"entries\"");
  std::vector<ManifestEntry> manifest;
  for (const auto& entry : *entries) {
    if (!entry.is_object()) return NotAManifest("an entry is no object");
    const auto url = entry.find("url");
    if (url == entry.end() || !url->is_string()) return NotAManifest("an entry has no \"url\"");
    const auto mandatory = entry.find("mandatory");
    if (mandatory != entry.end() && !mandatory->is_boolean()) {
      return NotAManifest("\"mandatory\" is neither true nor false");
    }
    ManifestEntry read;
    read.url = url->get<std::string>();
    read.mandatory = mandatory != entry.end() && mandatory->get<bool>();
    if (const auto meta = entry.find("meta"); meta != entry.end() && meta->is_object()) {
      read.has_meta = true;
      const auto length = meta->find("content_length");
      if (length != meta->end() && length->is_number_unsigned()) {
        read.content_length = length->get<int64_t>();
      }
    }
    constexpr std::string_view kScheme = "s3://";
    const auto slash = read.url.find('/', kScheme.size());
    if (!read.url.starts_with(kScheme) || slash == kScheme.size() || slash == std::string::npos ||
        slash + 1 == read.url.size()) {
      SqlErrorFields fields;
      fields.sqlstate = "XX000";
      fields.message = "The manifest entry '" + read.url + "' is not a full S3 path (s3://bucket/key)";
      fields.detail = "error:  manifest entry is not a full S3 path\ncode:  8001";
      return SqlError(std::move(fields));
    }
    manifest.push_back(std::move(read));
  }
  return manifest;
}

}  // namespace redshift_local
