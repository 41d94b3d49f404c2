// Writes what happens in a load to the load views, through the session's second connection.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "local/copy/copy_statement.h"
#include "local/copy/host.h"
#include "local/copy/load_error.h"

namespace redshift_local {

/// What a load came to, for SYS_LOAD_HISTORY.
struct LoadTotals {
  int64_t rows = 0;
  int64_t errors = 0;
  int64_t files = 0;
  int64_t file_bytes = 0;
  int64_t files_scanned = 0;
  int64_t bytes_scanned = 0;
};

class LoadRecorder {
 public:
  /// Both must outlive the recorder.
  LoadRecorder(CopyHost& host, const CopyTarget& target);

  void Begin(const CopyStatement& statement, const LoadTotals& totals);
  void AddError(const LoadError& error);
  void AddReplacement(const LoadError& where);
  void AddFile(const std::string& url, int64_t bytes, int64_t lines, int64_t errors);
  /// Writes all that was added; call it once at the end, whatever the outcome.
  void End(bool completed, const LoadTotals& totals);

 private:
  void FlushWhenLong();
  void Flush();

  CopyHost& host_;
  const CopyTarget& target_;
  SessionFacts facts_;
  int64_t query_id_;
  std::string start_time_;
  CopyFormat format_ = CopyFormat::kText;
  int detailed_errors_ = 0;
  int replacements_ = 0;
  std::string sql_;
};

}  // namespace redshift_local
