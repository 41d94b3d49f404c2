#include "local/copy/load_output.h"

#include <fmt/format.h>

#include <utility>

#include "local/copy/sql_error.h"

namespace redshift_local {
namespace {

constexpr size_t kFlushBytes = 256 * 1024;
constexpr int64_t kRowsPerCheck = 1024;

}  // namespace

arrow::Status LoadFailed(const std::string& table) {
  return SqlError("XX000", fmt::format("Load into table '{}' failed.  Check 'stl_load_errors' system table "
                                       "for details.",
                                       table));
}

LoadOutput::LoadOutput(const CopyStatement& statement, const CopyTarget& target, CopyHost& host)
    : statement_(statement), target_(target), host_(host), recorder_(host, target) {}

arrow::Status LoadOutput::Open(const std::string& copy_from_stdin) {
  if (statement_.Has(CopyOption::kNoLoad)) return arrow::Status::OK();
  ARROW_RETURN_NOT_OK(host_.BeginRows(copy_from_stdin));
  open_ = true;
  return arrow::Status::OK();
}

void LoadOutput::Begin(int64_t files, int64_t file_bytes) {
  totals_.files = files;
  totals_.file_bytes = file_bytes;
  recorder_.Begin(statement_, totals_);
}

std::string* LoadOutput::BeginRow() {
  buffer_.resize(row_start_);
  row_replaced_ = false;
  return &buffer_;
}

arrow::Status LoadOutput::EndRow() {
  buffer_.push_back('\n');
  row_start_ = buffer_.size();
  rows_with_replacements_ += row_replaced_;
  ++totals_.rows;
  if (totals_.rows % kRowsPerCheck == 0) ARROW_RETURN_NOT_OK(host_.CheckInterrupt());
  return row_start_ < kFlushBytes ? arrow::Status::OK() : Flush();
}

arrow::Status LoadOutput::Flush() {
  buffer_.resize(row_start_);
  if (open_ && !buffer_.empty()) ARROW_RETURN_NOT_OK(host_.WriteRows(buffer_));
  buffer_.clear();
  row_start_ = 0;
  return arrow::Status::OK();
}

arrow::Status LoadOutput::AddError(const LoadError& error) {
  recorder_.AddError(error);
  ++totals_.errors;
  if (totals_.errors % kRowsPerCheck == 0) ARROW_RETURN_NOT_OK(host_.CheckInterrupt());
  if (statement_.Has(CopyOption::kIgnoreAllErrors)) return arrow::Status::OK();
  if (totals_.errors < statement_.max_error) return arrow::Status::OK();
  return LoadFailed(target_.name);
}

void LoadOutput::AddReplacement(const LoadError& where) {
  row_replaced_ = true;
  recorder_.AddReplacement(where);
}

void LoadOutput::EndFile(const std::string& url, int64_t bytes, int64_t lines) {
  ++totals_.files_scanned;
  totals_.bytes_scanned += bytes;
  recorder_.AddFile(url, bytes, lines, totals_.errors - errors_before_file_);
  errors_before_file_ = totals_.errors;
}

arrow::Status LoadOutput::End(arrow::Status status) {
  if (status.ok() && open_) {
    status = Flush();
    if (status.ok()) {
      open_ = false;
      status = host_.FinishRows();
    }
  }
  if (open_) host_.AbortRows();
  open_ = false;
  recorder_.End(status.ok(), totals_);
  if (status.ok()) SendInfos();
  return status;
}

void LoadOutput::SendInfos() {
  if (statement_.Has(CopyOption::kNoLoad)) {
    host_.SendInfo(fmt::format("Load into table '{}' completed, {} record(s) would be loaded (NOLOAD).",
                               target_.name, totals_.rows));
    totals_.rows = 0;
  } else {
    host_.SendInfo(fmt::format("Load into table '{}' completed, {} record(s) loaded successfully.",
                               target_.name, totals_.rows));
  }
  if (totals_.errors > 0) {
    host_.SendInfo(
        fmt::format("Load into table '{}' completed, {} record(s) could not be loaded.  Check "
                    "'stl_load_errors' system table for details.",
                    target_.name, totals_.errors));
  }
  if (rows_with_replacements_ > 0) {
    host_.SendInfo(
        fmt::format("Load into table '{}' completed, {} record(s) were loaded with replacements made "
                    "for ACCEPTINVCHARS.  Check 'stl_replacements' system table for details.",
                    target_.name, rows_with_replacements_));
  }
}

}  // namespace redshift_local
