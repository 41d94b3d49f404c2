#pragma once

#include <arrow/status.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace redshift {

/// Where and why a row cannot be written.
struct BadRow {
  std::string table;       // as shown to users; may be empty where it is not known
  std::string column;      // empty when the row as a whole is at fault
  int64_t row = 0;         // counted from 0 within the writer
  std::string reason;      // "text of 7 bytes is longer than VARCHAR(2)"
  std::string key = {};    // "id=7, city='Bern'": which row it is; empty for a table without key
  std::string value = {};  // the value itself; only with sink.bad-rows.show-values
};

/// The error for a bad row; it carries the BadRow as its detail.
arrow::Status BadRowError(BadRow bad_row);

/// The bad row that the error is about; nullptr when it is another kind of error. Lives as long as `status`.
const BadRow* FindBadRow(const arrow::Status& status);

}  // namespace redshift
