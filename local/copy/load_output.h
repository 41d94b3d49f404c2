// Where the readers of all formats put what they read: rows for the back end, errors for the load views.
#pragma once

#include <arrow/status.h>

#include <string>

#include "local/copy/copy_statement.h"
#include "local/copy/host.h"
#include "local/copy/load_error.h"
#include "local/copy/load_recorder.h"

namespace redshift_local {

/// `Load into table 't' failed.  Check 'stl_load_errors' system table for details.`
arrow::Status LoadFailed(const std::string& table);

class LoadOutput {
 public:
  /// All must outlive the output.
  LoadOutput(const CopyStatement& statement, const CopyTarget& target, CopyHost& host);

  /// Starts the rows on the back end, unless NOLOAD is given: nothing has happened when it fails.
  arrow::Status Open(const std::string& copy_from_stdin);
  /// Enters the load into the history; `files` counts the files found.
  void Begin(int64_t files, int64_t file_bytes);

  /// A new row: the caller appends its values in PostgreSQL's COPY text format, without the line end. A row
  /// that was begun before and not ended is dropped.
  std::string* BeginRow();
  /// The row is complete. Sends rows from time to time; also the place where an interrupt is noticed.
  arrow::Status EndRow();

  /// Records an error; the status is not OK when the load fails by it (MAXERROR).
  arrow::Status AddError(const LoadError& error);
  /// Records an error that says nothing about MAXERROR: the load fails anyway.
  void RecordError(const LoadError& error) { recorder_.AddError(error); }
  /// One value had bytes replaced (ACCEPTINVCHARS); the row is counted once.
  void AddReplacement(const LoadError& where);
  void EndFile(const std::string& url, int64_t bytes, int64_t lines);

  /// Ends the load: with an OK status the rows are all there, or none is; the error is the back end's then.
  arrow::Status End(arrow::Status status);

  int64_t rows() const { return totals_.rows; }
  int64_t errors() const { return totals_.errors; }

 private:
  arrow::Status Flush();
  void SendInfos();

  const CopyStatement& statement_;
  const CopyTarget& target_;
  CopyHost& host_;
  LoadRecorder recorder_;
  LoadTotals totals_;
  bool open_ = false;
  std::string buffer_;
  size_t row_start_ = 0;
  bool row_replaced_ = false;
  int64_t rows_with_replacements_ = 0;
  int64_t errors_before_file_ = 0;
};

}  // namespace redshift_local
