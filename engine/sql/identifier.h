// Names as Redshift reads them. Every name that reaches a statement goes through these types.
#pragma once

#include <arrow/result.h>

#include <compare>
#include <string>
#include <string_view>
#include <utility>

namespace redshift {

/// The name of a schema, table or column, folded as Redshift folds it: ASCII letters become lower case even
/// inside quotes (enable_case_sensitive_identifier is off by default).
class Identifier {
 public:
  /// Refuses an empty name, control characters, broken UTF-8 and more than 127 bytes (Redshift would cut such
  /// a name silently and could then hit another object). `what` names the object in the message: "table".
  static arrow::Result<Identifier> Make(std::string_view name, std::string_view what);

  /// The folded name without quotes.
  const std::string& name() const { return name_; }

  /// In double quotes, inner quotes doubled: ready for a statement.
  std::string Quoted() const;

  friend auto operator<=>(const Identifier&, const Identifier&) = default;

 private:
  explicit Identifier(std::string name) : name_(std::move(name)) {}
  std::string name_;
};

/// A table with its schema, checked and ready for statements. The schema is always there, so that what a
/// statement hits never depends on the search path of a session.
class QualifiedName {
 public:
  static arrow::Result<QualifiedName> Make(std::string_view schema, std::string_view table);

  const Identifier& schema() const { return schema_; }
  const Identifier& table() const { return table_; }

  /// "schema"."table", ready for a statement.
  std::string Quoted() const { return schema_.Quoted() + "." + table_.Quoted(); }
  /// schema.table, for messages.
  std::string ToString() const { return schema_.name() + "." + table_.name(); }

  friend auto operator<=>(const QualifiedName&, const QualifiedName&) = default;

 private:
  QualifiedName(Identifier schema, Identifier table) : schema_(std::move(schema)), table_(std::move(table)) {}
  Identifier schema_;
  Identifier table_;
};

/// A table as a statement names it: a QualifiedName, or a temporary table of the session, which has no
/// schema.
class TableReference {
 public:
  TableReference(const QualifiedName& table)  // NOLINT(google-explicit-constructor)
      : quoted_(table.Quoted()), shown_(table.ToString()) {}
  static TableReference Temporary(const Identifier& name) {
    return TableReference(name.Quoted(), name.name());
  }

  /// Ready for a statement.
  const std::string& Quoted() const { return quoted_; }
  /// For messages.
  const std::string& ToString() const { return shown_; }

 private:
  TableReference(std::string quoted, std::string shown)
      : quoted_(std::move(quoted)), shown_(std::move(shown)) {}
  std::string quoted_;
  std::string shown_;
};

/// What Redshift allows for a name, in bytes of UTF-8.
inline constexpr size_t kMaxIdentifierBytes = 127;

}  // namespace redshift
