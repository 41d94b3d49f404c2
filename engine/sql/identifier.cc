#include "engine/sql/identifier.h"

#include <arrow/util/utf8.h>

namespace redshift {
namespace {

bool IsControl(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

arrow::Status CheckName(std::string_view name, std::string_view what) {
  if (name.empty()) {
    return arrow::Status::Invalid("The name of a ", what, " is empty.");
  }
  for (char c : name) {
    if (IsControl(c)) {
      return arrow::Status::Invalid("The ", what, " name ", name.size(),
                                    " bytes long holds a control character. Redshift names cannot.");
    }
  }
  arrow::util::InitializeUTF8();
  if (!arrow::util::ValidateUTF8(reinterpret_cast<const uint8_t*>(name.data()),
                                 static_cast<int64_t>(name.size()))) {
    return arrow::Status::Invalid("A ", what, " name is not valid UTF-8.");
  }
  if (name.size() > kMaxIdentifierBytes) {
    return arrow::Status::Invalid("The ", what, " name '", name, "' has ", name.size(),
                                  " bytes; Redshift allows ", kMaxIdentifierBytes,
                                  " and would cut it. Choose a shorter one.");
  }
  return arrow::Status::OK();
}

}  // namespace

arrow::Result<Identifier> Identifier::Make(std::string_view name, std::string_view what) {
  ARROW_RETURN_NOT_OK(CheckName(name, what));
  std::string folded(name);
  for (char& c : folded) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return Identifier(std::move(folded));
}

std::string Identifier::Quoted() const {
  std::string quoted = "\"";
  for (char c : name_) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  quoted += '"';
  return quoted;
}

arrow::Result<QualifiedName> QualifiedName::Make(std::string_view schema, std::string_view table) {
  ARROW_ASSIGN_OR_RAISE(Identifier schema_name, Identifier::Make(schema, "schema"));
  ARROW_ASSIGN_OR_RAISE(Identifier table_name, Identifier::Make(table, "table"));
  return QualifiedName(std::move(schema_name), std::move(table_name));
}

}  // namespace redshift
