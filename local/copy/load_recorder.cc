#include "local/copy/load_recorder.h"

#include <fmt/format.h>

#include <chrono>
#include <iterator>

#include "local/copy/civil_time.h"

namespace redshift_local {
namespace {

constexpr size_t kFlushBytes = 128 * 1024;
constexpr int kDetailedErrors = 20;
constexpr int kReplacements = 100;
constexpr size_t kRawBytes = 1024;

// A literal for the second connection, whatever its standard_conforming_strings.
std::string Literal(std::string_view text, size_t most) {
  text = text.substr(0, most);
  while (!text.empty() && (text.back() & 0xC0) == 0x80) text.remove_suffix(1);  // a character cut in two
  if (!text.empty() && (text.back() & 0x80) != 0) text.remove_suffix(1);
  std::string literal = "E'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') literal += c;
    literal += c == '\0' ? '.' : c;
  }
  return literal + "'";
}

// The views show bytes that are not ASCII as periods.
std::string RawLiteral(std::string_view text, size_t most) {
  std::string shown(text.substr(0, most));
  for (char& c : shown) {
    if ((c & 0x80) != 0) c = '.';
  }
  return Literal(shown, most);
}

// SYS_LOAD_HISTORY.file_format.
const char* HistoryName(CopyFormat format) {
  switch (format) {
    case CopyFormat::kCsv:
      return "csv";
    case CopyFormat::kJson:
      return "json";
    case CopyFormat::kParquet:
      return "parquet";
    default:
      return "txt";
  }
}

// STL_LOAD_COMMITS.file_format.
const char* FileName(CopyFormat format) {
  switch (format) {
    case CopyFormat::kCsv:
      return "CSV";
    case CopyFormat::kJson:
      return "Json";
    case CopyFormat::kParquet:
      return "Parquet";
    default:
      return "Text";
  }
}

std::string Now() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  std::string text;
  AppendTimestamp(FromEpoch(std::chrono::duration_cast<std::chrono::microseconds>(now).count()), false,
                  &text);
  return "'" + text + "'";
}

}  // namespace

LoadRecorder::LoadRecorder(CopyHost& host, const CopyTarget& target)
    : host_(host), target_(target), facts_(host.facts()), query_id_(host.query_id()), start_time_(Now()) {}

void LoadRecorder::Begin(const CopyStatement& statement, const LoadTotals& totals) {
  format_ = statement.format;
  fmt::format_to(
      std::back_inserter(sql_),
      "insert into redshift_local_load.load_history values ({}, {}, {}, {}, {}, 'running', {}, {}, null, "
      "null, {}, '{}', 0, 0, {}, {}, 0, 0, 0, 0);\n",
      facts_.user_id, query_id_, facts_.transaction_id, facts_.process_id, Literal(facts_.database, 128),
      Literal(target_.name, 128), start_time_, Literal(statement.source, 1024), HistoryName(format_),
      totals.files, totals.file_bytes);
  Flush();
}

void LoadRecorder::AddError(const LoadError& error) {
  const auto file = RawLiteral(error.file, 256);
  fmt::format_to(
      std::back_inserter(sql_),
      "insert into redshift_local_load.load_error values ({}, 0, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, "
      "{}, {}, {}, {}, 0, 0, 0, {}, {}, {});\n",
      facts_.user_id, target_.table_id, start_time_, facts_.process_id, query_id_, file, error.line,
      Literal(error.column, 127), Literal(error.type, 10), Literal(error.length, 10), error.position,
      RawLiteral(error.raw_line, kRawBytes), RawLiteral(error.raw_value, kRawBytes), error.error.code,
      RawLiteral(error.error.reason, 100), facts_.transaction_id, Literal(facts_.database, 64),
      RawLiteral(error.error.reason, 512));
  if (detailed_errors_++ < kDetailedErrors && !error.fields.empty()) {
    sql_ += "insert into redshift_local_load.load_error_field values ";
    for (size_t i = 0; i < error.fields.size(); ++i) {
      const auto& field = error.fields[i];
      fmt::format_to(std::back_inserter(sql_), "{}({}, 0, {}, {}, {}, {}, {}, {}, {}, {}, {}, {})",
                     i == 0 ? "" : ", ", facts_.user_id, facts_.process_id, query_id_, file, error.line, i,
                     Literal(field.column, 127), RawLiteral(field.value, kRawBytes), field.is_null ? 1 : 0,
                     Literal(field.type, 10), Literal(field.length, 10));
    }
    sql_ += ";\n";
  }
  FlushWhenLong();
}

void LoadRecorder::AddReplacement(const LoadError& where) {
  if (replacements_++ >= kReplacements) return;
  fmt::format_to(
      std::back_inserter(sql_),
      "insert into redshift_local_load.load_replacement values ({}, {}, 0, {}, {}, {}, {}, {}, {}, {});\n",
      facts_.user_id, query_id_, target_.table_id, start_time_, facts_.process_id,
      RawLiteral(where.file, 256), where.line, Literal(where.column, 127),
      RawLiteral(where.raw_line, kRawBytes));
  FlushWhenLong();
}

void LoadRecorder::AddFile(const std::string& url, int64_t bytes, int64_t lines, int64_t errors) {
  fmt::format_to(
      std::back_inserter(sql_),
      "insert into redshift_local_load.load_file values ({}, {}, 0, {}, {}, 0, {}, {}, {}, 1, '{}', 0, 0, "
      "{}, {}, {}, {});\n",
      facts_.user_id, query_id_, RawLiteral(url, 256), RawLiteral(url, 256), lines, errors, Now(),
      FileName(format_), facts_.transaction_id, facts_.process_id, Literal(facts_.database, 64), bytes);
  FlushWhenLong();
}

void LoadRecorder::End(bool completed, const LoadTotals& totals) {
  const auto now = Now();
  fmt::format_to(std::back_inserter(sql_),
                 "update redshift_local_load.load_history set status = '{}', end_time = {}, duration = "
                 "(extract(epoch from "
                 "timestamp {} - start_time) * 1000000)::bigint, loaded_rows = {}, loaded_bytes = {}, "
                 "file_count_scanned = {}, "
                 "file_bytes_scanned = {}, error_count = {} where query_id = {} and session_id = {} and "
                 "start_time = {};\n",
                 completed ? "completed" : "aborted", now, now, completed ? totals.rows : 0,
                 completed ? totals.bytes_scanned : 0, totals.files_scanned, totals.bytes_scanned,
                 totals.errors, query_id_, facts_.process_id, start_time_);
  Flush();
}

void LoadRecorder::FlushWhenLong() {
  if (sql_.size() > kFlushBytes) Flush();
}

void LoadRecorder::Flush() {
  if (sql_.empty()) return;
  host_.ExecuteApart(sql_);
  sql_.clear();
}

}  // namespace redshift_local
