// Errors that reach the client: an arrow::Status that carries what an ErrorResponse needs.
#pragma once

#include <arrow/status.h>

#include <string>

namespace redshift_local {

/// The fields of an ErrorResponse. Empty ones are left out; position is in characters from 1, 0 for none.
struct SqlErrorFields {
  std::string sqlstate;
  std::string message;
  std::string detail;
  std::string hint;
  int position = 0;
};

/// A Status that a session can turn into an ErrorResponse.
arrow::Status SqlError(SqlErrorFields fields);
arrow::Status SqlError(std::string sqlstate, std::string message);

/// Was it made by SqlError?
bool IsSqlError(const arrow::Status& status);

/// The fields of any Status that is not OK; one that was not made by SqlError becomes XX000 with its message.
SqlErrorFields SqlErrorOf(const arrow::Status& status);

}  // namespace redshift_local
