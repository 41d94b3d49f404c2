#include "engine/sink/reject_files.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

#include "engine/file/s3_address.h"
#include "engine/file/s3_error.h"
#include "engine/file/staging.h"
#include "engine/row/json_text.h"

namespace redshift {

namespace {

constexpr size_t kFileBytes = 2 * 1024 * 1024;
constexpr std::string_view kStagedSuffix = ".rejected.ndjson";

std::string Quoted(const std::string& text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

// The name that the rows of a staged file are published under.
arrow::Result<std::string> PublishedUrl(const std::string& staged_url, std::optional<int64_t> checkpoint,
                                        std::string_view run_id) {
  ARROW_ASSIGN_OR_RAISE(const S3Url url, ParseS3Url(staged_url));
  // prefix/job/sink/attempt/file
  std::vector<std::string_view> last;
  std::string_view rest = url.key;
  while (last.size() < 4) {
    const size_t slash = rest.rfind('/');
    last.push_back(slash == std::string_view::npos ? rest : rest.substr(slash + 1));
    rest = slash == std::string_view::npos ? "" : rest.substr(0, slash);
  }
  std::string_view file = last[0];
  if (!file.ends_with(kStagedSuffix)) {
    return arrow::Status::Invalid(staged_url, " is not the name of a file of rejected rows.");
  }
  file.remove_suffix(kStagedSuffix.size());
  std::string key(rest);
  if (!key.empty()) key += '/';
  key.append("rejected/").append(last[3]).append("/").append(last[2]).append("/");
  if (checkpoint) key.append(std::to_string(*checkpoint)).append("/");
  key.append(run_id.empty() ? last[1] : run_id).append("-").append(file).append(".ndjson");
  return S3Url{url.bucket, key}.ToString();
}

std::string WithCheckpoint(std::string_view lines, int64_t checkpoint) {
  const std::string member = "{\"checkpoint\":" + std::to_string(checkpoint) + ",";
  std::string text;
  while (!lines.empty()) {
    const size_t end = lines.find('\n') + 1;
    text += member;
    text += lines.substr(1, end - 1);
    lines.remove_prefix(end);
  }
  return text;
}

}  // namespace

RejectWriter::RejectWriter(std::shared_ptr<Staging> staging, std::string table, int subtask,
                           std::string key_prefix)
    : staging_(std::move(staging)),
      table_(std::move(table)),
      subtask_(subtask),
      key_prefix_(std::move(key_prefix)) {}

arrow::Status RejectWriter::Add(const ChangeBatch& batch, std::span<const BadRow> bad_rows,
                                int64_t first_row) {
  for (const BadRow& bad_row : bad_rows) {
    const int64_t row = bad_row.row - first_row;
    lines_ += "{\"table\":" + Quoted(table_) + ",\"subtask\":" + std::to_string(subtask_);
    lines_ += batch.is_delete(row) ? ",\"change\":\"delete\"" : ",\"change\":\"upsert\"";
    lines_ += ",\"column\":" + Quoted(bad_row.column) + ",\"key\":" + Quoted(bad_row.key);
    lines_ += ",\"reason\":" + Quoted(bad_row.reason) + ",\"row\":";
    AppendRowAsJson(*batch.rows, row, &lines_);
    lines_ += "}\n";
    ++line_count_;
    if (lines_.size() >= kFileBytes) ARROW_RETURN_NOT_OK(WriteFile());
  }
  return arrow::Status::OK();
}

arrow::Status RejectWriter::WriteFile() {
  const std::string url =
      staging_->UrlFor(key_prefix_ + std::to_string(next_number_++) + std::string(kStagedSuffix));
  // Even a write that fails may have reached S3.
  urls_.push_back(url);
  ARROW_RETURN_NOT_OK(staging_->WriteObject(url, lines_));
  completed_.push_back({url, static_cast<int64_t>(lines_.size()), std::exchange(line_count_, 0)});
  lines_ = {};
  return arrow::Status::OK();
}

arrow::Result<std::vector<StagedFile>> RejectWriter::Complete() {
  if (line_count_ > 0) ARROW_RETURN_NOT_OK(WriteFile());
  return completed_;
}

void RejectWriter::Release() {
  completed_.clear();
  urls_.clear();
}

arrow::Status RejectWriter::Discard() {
  completed_.clear();
  return staging_->DeleteObjects(std::exchange(urls_, {}));
}

arrow::Status PublishRejects(Staging& staging, const std::vector<StagedFile>& files,
                             std::optional<int64_t> checkpoint, std::string_view run_id) {
  for (const StagedFile& file : files) {
    ARROW_ASSIGN_OR_RAISE(const std::string published, PublishedUrl(file.url, checkpoint, run_id));
    auto lines = staging.ReadObject(file.url);
    if (IsNoSuchObject(lines.status())) continue;
    // To who may not list the bucket S3 says this about what an earlier try has deleted.
    const S3ErrorDetail* refusal = S3ErrorOf(lines.status());
    if (refusal != nullptr && refusal->code() == "AccessDenied" && staging.ReadObject(published).ok()) {
      continue;
    }
    ARROW_RETURN_NOT_OK(lines.status());
    ARROW_RETURN_NOT_OK(
        staging.WriteObject(published, checkpoint ? WithCheckpoint(*lines, *checkpoint) : *lines));
  }
  return arrow::Status::OK();
}

}  // namespace redshift
