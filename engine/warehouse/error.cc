#include "engine/warehouse/error.h"

#include <array>

namespace redshift {
namespace {

constexpr char kTypeId[] = "redshift::WarehouseErrorDetail";

/// One line of the table: the first whose SQLSTATE (exact, or a class of two characters, or empty for any)
/// and text (lower case, * for anything between) both fit decides.
struct Rule {
  std::string_view sqlstate;
  std::string_view text;
  ErrorKind kind;
  Retry retry;
};

// Many failures of Redshift's own arrive as XX000, some under different codes by release: text comes first.
// The texts are those of the guide and of the field; where a code is sure it stands below.
constexpr std::array kRules = {
    // Conflicts: the whole transaction again.
    Rule{"", "serializable isolation violation on table", ErrorKind::kConflict, Retry::kConflict},
    Rule{"", "could not complete because of conflict with concurrent transaction", ErrorKind::kConflict,
         Retry::kConflict},
    Rule{"", "could not open relation with oid", ErrorKind::kConflict, Retry::kConflict},
    Rule{"", "deadlock detected", ErrorKind::kConflict, Retry::kConflict},
    Rule{"40", "", ErrorKind::kConflict, Retry::kConflict},
    // COPY.
    Rule{"", "load into table*failed", ErrorKind::kLoad, Retry::kNever},
    Rule{"", "expiredtoken", ErrorKind::kTransient, Retry::kStatement},
    Rule{"", "the provided token has expired", ErrorKind::kTransient, Retry::kStatement},
    Rule{"", "s3serviceexception*status 50", ErrorKind::kTransient, Retry::kStatement},
    Rule{"", "s3serviceexception*slowdown", ErrorKind::kTransient, Retry::kStatement},
    Rule{"", "s3serviceexception*internalerror", ErrorKind::kTransient, Retry::kStatement},
    Rule{"", "s3serviceexception*timeout", ErrorKind::kTransient, Retry::kStatement},
    Rule{"", "s3serviceexception", ErrorKind::kPermanent, Retry::kNever},
    Rule{"", "the specified s3 prefix*does not exist", ErrorKind::kPermanent, Retry::kNever},
    Rule{"", "the specified key does not exist", ErrorKind::kPermanent, Retry::kNever},
    Rule{"", "mandatory url is not present", ErrorKind::kPermanent, Retry::kNever},
    Rule{"", "does not have 'meta' key", ErrorKind::kPermanent, Retry::kNever},
    Rule{"", "invalidrange", ErrorKind::kPermanent, Retry::kNever},
    Rule{"", "unmatched number of columns", ErrorKind::kPermanent, Retry::kNever},
    Rule{"", "incompatible parquet schema", ErrorKind::kPermanent, Retry::kNever},
    Rule{"", "is not authorized to assume iam role", ErrorKind::kPermission, Retry::kNever},
    Rule{"", "not authorized to get credentials of role", ErrorKind::kPermission, Retry::kNever},
    Rule{"", "retries exceeded", ErrorKind::kTransient, Retry::kStatement},
    Rule{"", "access throttled", ErrorKind::kTransient, Retry::kStatement},
    // Values.
    Rule{"", "found multiple matches to update the same tuple", ErrorKind::kPermanent, Retry::kNever},
    Rule{"", "cannot insert a null value into column", ErrorKind::kPermanent, Retry::kNever},
    Rule{"", "value too long for character type", ErrorKind::kPermanent, Retry::kNever},
    Rule{"", "numeric data overflow", ErrorKind::kPermanent, Retry::kNever},
    Rule{"", "precision exceeds maximum", ErrorKind::kPermanent, Retry::kNever},
    Rule{"", "invalid digit", ErrorKind::kPermanent, Retry::kNever},
    Rule{"", "combined length of columns processed", ErrorKind::kPermanent, Retry::kNever},
    // The cluster's state.
    Rule{"", "disk full", ErrorKind::kTransient, Retry::kStatement},
    Rule{"", "connection limit*exceeded", ErrorKind::kConnection, Retry::kConnection},
    Rule{"", "too many connections", ErrorKind::kConnection, Retry::kConnection},
    Rule{"", "system is in read-only mode", ErrorKind::kConnection, Retry::kConnection},
    Rule{"", "query monitoring rules", ErrorKind::kPermanent, Retry::kNever},
    // libpq's own words.
    Rule{"", "authentication method*not supported", ErrorKind::kLogin, Retry::kNever},
    Rule{"", "password authentication failed", ErrorKind::kLogin, Retry::kNever},
    // Exact codes.
    Rule{"25006", "", ErrorKind::kConnection, Retry::kConnection},
    Rule{"26000", "", ErrorKind::kTransient, Retry::kStatement},
    Rule{"42501", "", ErrorKind::kPermission, Retry::kNever},
    Rule{"42P01", "", ErrorKind::kUndefinedTable, Retry::kNever},
    Rule{"53300", "", ErrorKind::kConnection, Retry::kConnection},
    Rule{"55006", "", ErrorKind::kTransient, Retry::kStatement},
    Rule{"55P03", "", ErrorKind::kTransient, Retry::kStatement},
    Rule{"57014", "", ErrorKind::kTimeout, Retry::kStatement},
    Rule{"57P01", "", ErrorKind::kConnection, Retry::kConnection},
    Rule{"57P02", "", ErrorKind::kConnection, Retry::kConnection},
    Rule{"57P03", "", ErrorKind::kConnection, Retry::kConnection},
    Rule{"3D000", "", ErrorKind::kLogin, Retry::kNever},
    // Classes.
    Rule{"08", "", ErrorKind::kConnection, Retry::kConnection},
    Rule{"28", "", ErrorKind::kLogin, Retry::kNever},
    Rule{"53", "", ErrorKind::kTransient, Retry::kStatement},
    Rule{"58", "", ErrorKind::kTransient, Retry::kStatement},
    // An internal error with a text that nobody has classed: a small number of attempts.
    Rule{"XX", "", ErrorKind::kUnknown, Retry::kStatement},
};

bool Contains(std::string_view text, std::string_view pattern) {
  size_t from = 0;
  while (true) {
    const size_t star = pattern.find('*');
    const std::string_view piece = pattern.substr(0, star);
    const size_t found = text.find(piece, from);
    if (found == std::string_view::npos) return false;
    if (star == std::string_view::npos) return true;
    from = found + piece.size();
    pattern.remove_prefix(star + 1);
  }
}

std::string Lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

}  // namespace

const char* WarehouseErrorDetail::type_id() const {
  return kTypeId;
}

std::string WarehouseErrorDetail::ToString() const {
  std::string text = "statement: " + label;
  if (!sqlstate.empty()) text += ", SQLSTATE " + sqlstate;
  if (!outcome_known) text += ", outcome unknown";
  return text;
}

const WarehouseErrorDetail* WarehouseError(const arrow::Status& status) {
  const auto& detail = status.detail();
  if (!detail || std::string_view(detail->type_id()) != kTypeId) return nullptr;
  return static_cast<const WarehouseErrorDetail*>(detail.get());
}

ErrorClass ClassifyError(std::string_view sqlstate, std::string_view message, std::string_view detail) {
  const std::string text = Lower(message) + "\n" + Lower(detail);
  for (const Rule& rule : kRules) {
    if (!rule.sqlstate.empty() && !sqlstate.starts_with(rule.sqlstate)) continue;
    if (!rule.text.empty() && !Contains(text, rule.text)) continue;
    return {rule.kind, rule.retry};
  }
  // libpq reports a lost connection without a code.
  if (sqlstate.empty()) return {ErrorKind::kConnection, Retry::kConnection};
  return {ErrorKind::kPermanent, Retry::kNever};
}

}  // namespace redshift
