#include "local/session/error_mapping.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <string>
#include <string_view>

namespace redshift_local {
namespace {

// SQLSTATEs that no documentation gives. One line changes when a real cluster says otherwise.
constexpr char kConflict[] = "XX000";
constexpr char kSerializableViolation[] = "XX000";
constexpr char kDiskFull[] = "53100";
constexpr char kNullIntoNotNull[] = "23502";
constexpr char kNumericOverflow[] = "XX000";
constexpr char kTooLong[] = "22001";

void Set(ErrorFields* fields, std::string sqlstate, std::string message) {
  SetField(fields, 'C', std::move(sqlstate));
  SetField(fields, 'M', std::move(message));
  SetField(fields, 'D', "");
  SetField(fields, 'H', "");
}

// `table "t" does not exist, skipping` and its like, which Redshift tells as INFO.
void SetSkipped(ErrorFields* fields) {
  std::string message(FindField(*fields, 'M'));
  const size_t end = message.rfind(", skipping");
  if (end == std::string::npos || FindField(*fields, 'V') != "NOTICE") return;
  message.replace(end, std::string::npos, " and will be skipped");
  if (message[0] >= 'a' && message[0] <= 'z') message[0] = static_cast<char>(message[0] - 'a' + 'A');
  SetField(fields, 'S', "INFO");
  SetField(fields, 'V', "INFO");
  SetField(fields, 'M', message);
}

}  // namespace

ErrorFields ToRedshift(ErrorFields fields) {
  SetSkipped(&fields);
  // Where in PostgreSQL's sources, and which of our own functions it was called from.
  for (char code : {'F', 'L', 'R', 'W', 'q', 'p'}) SetField(&fields, code, "");
  const std::string sqlstate(FindField(fields, 'C'));
  const std::string message(FindField(fields, 'M'));
  if (sqlstate == "23502") {
    const std::string column(FindField(fields, 'c'));
    Set(&fields, kNullIntoNotNull, "Cannot insert a NULL value into column " + column);
  } else if (sqlstate == "22003" && message == "numeric field overflow") {
    SetField(&fields, 'C', kNumericOverflow);
    SetField(&fields, 'M', "Numeric data overflow (result precision)");
  } else if (sqlstate == "22001" && message.starts_with("value too long for type")) {
    SetField(&fields, 'C', kTooLong);
    SetField(&fields, 'M', "Value too long for character type");
  } else if (sqlstate == "21000" && message.starts_with("MERGE command")) {
    Set(&fields, "XX000", "Found multiple matches to update the same tuple.");
  } else if (sqlstate == "53100") {
    Set(&fields, kDiskFull, "Disk Full");
    SetField(&fields, 'D', std::string(kDiskFullDetail));
  } else if (sqlstate == "428C9") {
    Set(&fields, "0A000", "cannot set an identity column to a value");
  } else if (sqlstate == "42P07" && message.starts_with("relation ")) {
    SetField(&fields, 'M', "R" + message.substr(1));
  } else if (sqlstate == "57014" && message == "canceling statement due to user request") {
    SetField(&fields, 'M', "Query cancelled on user's request");
  } else if (sqlstate == "57014" && message == "canceling statement due to statement timeout") {
    SetField(&fields, 'M', "Query cancelled on user's request");
    SetField(&fields, 'D', "statement_timeout was reached.");
  }
  return fields;
}

bool IsConflict(const ErrorFields& fields) {
  return FindField(fields, 'C') == "40001";
}

ErrorFields SnapshotConflict(ErrorFields fields) {
  Set(&fields, kConflict, "could not complete because of conflict with concurrent transaction");
  return ToRedshift(std::move(fields));
}

ErrorFields SerializableViolation(ErrorFields fields, int64_t table, const std::vector<int64_t>& cycle,
                                  int32_t pid) {
  Set(&fields, kSerializableViolation, "1023");
  SetField(&fields, 'D',
           fmt::format("Serializable isolation violation on table - {}, transactions forming the cycle are: "
                       "{} (pid:{})",
                       table, fmt::join(cycle, ", "), pid));
  return ToRedshift(std::move(fields));
}

std::vector<std::string> DescribeErrorChoices() {
  return {std::string("error.conflict=") + kConflict,
          std::string("error.serializable-violation=") + kSerializableViolation,
          std::string("error.disk-full=") + kDiskFull,
          std::string("error.null-into-not-null=") + kNullIntoNotNull,
          std::string("error.numeric-overflow=") + kNumericOverflow,
          std::string("error.text-too-long=") + kTooLong};
}

bool IsForClients(const ErrorFields& notice) {
  const std::string_view message = FindField(notice, 'M');
  return message.find("identifier \"local") == std::string_view::npos;
}

}  // namespace redshift_local
