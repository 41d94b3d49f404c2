#include "engine/file/manifest.h"

#include <limits>
#include <nlohmann/json.hpp>

#include "engine/file/s3_address.h"
#include "engine/file/sha256.h"
#include "engine/file/staging.h"

namespace redshift {
namespace {

constexpr uint64_t kMostBytes = std::numeric_limits<int64_t>::max();

}  // namespace

arrow::Result<std::string> ManifestText(const std::vector<StagedFile>& files) {
  std::string text = "{\"entries\":[";
  std::string_view separator = "\n";
  for (const StagedFile& file : files) {
    ARROW_RETURN_NOT_OK(ParseS3Url(file.url));
    text += separator;
    text += "{\"url\":";
    try {
      text += nlohmann::json(file.url).dump();
    } catch (const nlohmann::json::exception&) {
      return arrow::Status::Invalid("the address of a staged file is not UTF-8");
    }
    text += ",\"mandatory\":true,\"meta\":{\"content_length\":" + std::to_string(file.bytes) + "}}";
    separator = ",\n";
  }
  text += "\n]}\n";
  return text;
}

arrow::Result<std::vector<ManifestEntry>> ParseManifest(std::string_view text) {
  const nlohmann::json manifest = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!manifest.is_object() || !manifest.contains("entries") || !manifest["entries"].is_array()) {
    return arrow::Status::Invalid("not a manifest: a JSON object with an array \"entries\" was expected");
  }
  std::vector<ManifestEntry> entries;
  entries.reserve(manifest["entries"].size());
  for (const nlohmann::json& entry : manifest["entries"]) {
    const auto bad = [&](std::string_view what) {
      return arrow::Status::Invalid("entry ", entries.size(), " of the manifest ", what);
    };
    if (!entry.is_object() || !entry.contains("url") || !entry["url"].is_string()) return bad("has no url");
    if (!entry.contains("mandatory") || entry["mandatory"] != true) return bad("is not mandatory");
    if (!entry.contains("meta") || !entry["meta"].is_object() || !entry["meta"].contains("content_length") ||
        !entry["meta"]["content_length"].is_number_unsigned() ||
        entry["meta"]["content_length"].get<uint64_t>() > kMostBytes) {
      return bad("has no content_length");
    }
    entries.push_back({entry["url"].get<std::string>(), entry["meta"]["content_length"].get<int64_t>()});
  }
  return entries;
}

arrow::Result<WrittenManifest> WriteManifest(Staging& staging, std::string_view relative_key,
                                             const std::vector<StagedFile>& files) {
  ARROW_ASSIGN_OR_RAISE(const std::string text, ManifestText(files));
  WrittenManifest manifest{staging.UrlFor(relative_key), ""};
  ARROW_ASSIGN_OR_RAISE(manifest.sha256, Sha256Hex(text));
  ARROW_RETURN_NOT_OK(staging.WriteObject(manifest.url, text));
  return manifest;
}

arrow::Result<std::vector<ManifestEntry>> ReadManifest(Staging& staging, const WrittenManifest& manifest) {
  ARROW_ASSIGN_OR_RAISE(const std::string text, staging.ReadObject(manifest.url));
  ARROW_ASSIGN_OR_RAISE(const std::string sha256, Sha256Hex(text));
  if (sha256 != manifest.sha256) {
    return arrow::Status::IOError("the manifest ", manifest.url,
                                  " was changed after it was written: its SHA-256 is ", sha256, ", not ",
                                  manifest.sha256, ". It is not loaded.");
  }
  auto entries = ParseManifest(text);
  if (!entries.ok()) return entries.status().WithMessage(manifest.url, ": ", entries.status().message());
  return entries;
}

}  // namespace redshift
