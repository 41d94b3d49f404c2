#include "engine/sql/insert_statement.h"

#include <charconv>

namespace redshift {

ParameterForm ParameterFormOf(const RedshiftType& type) {
  switch (type.kind) {
    case RedshiftKind::kSuper:
      return ParameterForm::kJson;
    case RedshiftKind::kVarbyte:
      return ParameterForm::kHex;
    default:
      return ParameterForm::kValue;
  }
}

Statement InsertSql(const TableReference& target, const std::vector<Identifier>& columns,
                    const std::vector<ParameterForm>& forms, int rows) {
  Statement statement;
  statement.label = "INSERT into " + target.ToString();
  std::string& text = statement.text;
  text.reserve(64 + columns.size() * 32 + static_cast<size_t>(rows) * columns.size() * 7);
  text = "INSERT INTO " + target.Quoted() + " (";
  for (size_t i = 0; i < columns.size(); ++i) {
    if (i > 0) text += ", ";
    text += columns[i].Quoted();
  }
  text += ") VALUES ";
  int parameter = 0;
  char digits[12];
  for (int row = 0; row < rows; ++row) {
    text += row == 0 ? "(" : ",(";
    for (size_t i = 0; i < columns.size(); ++i) {
      if (i > 0) text += ',';
      if (forms[i] == ParameterForm::kJson) text += "JSON_PARSE(";
      if (forms[i] == ParameterForm::kHex) text += "TO_VARBYTE(";
      text += '$';
      char* end = std::to_chars(digits, digits + sizeof digits, ++parameter).ptr;
      text.append(digits, end);
      if (forms[i] == ParameterForm::kJson) text += ')';
      if (forms[i] == ParameterForm::kHex) text += ",'hex')";
    }
    text += ')';
  }
  return statement;
}

}  // namespace redshift
