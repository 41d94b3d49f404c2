#include "local/dialect/column_type.h"

#include <fmt/format.h>

#include <array>
#include <optional>
#include <string_view>
#include <vector>

namespace redshift_local {
namespace {

constexpr int kLargestChar = 4096;
constexpr int kLargestVarchar = 65535;
constexpr int kDefaultVarchar = 256;
constexpr int kDefaultVarbyte = 64000;
constexpr int kLargestVarbyte = 1024000;
constexpr int kLargestPrecision = 38;
constexpr int kLargestScale = 37;

struct Arguments {
  std::vector<int> numbers;
  bool is_max = false;
  size_t end = 0;
};

// The optional (n [, n]) or (MAX) after a type's name.
Arguments ReadArguments(const Rewriter& sql, size_t at) {
  Arguments arguments;
  arguments.end = at;
  if (!sql[at].Is("(")) return arguments;
  for (++at; !sql[at].Is(")"); ++at) {
    if (sql[at].IsWord("max")) {
      arguments.is_max = true;
    } else if (sql[at].kind == TokenKind::kNumber && sql[at].text.size() < 8 &&
               sql[at].text.find_first_not_of("0123456789") == std::string_view::npos) {
      arguments.numbers.push_back(std::stoi(std::string(sql[at].text)));
    } else if (!sql[at].Is(",")) {
      RefuseSyntax(sql[at]);
    }
  }
  arguments.end = at + 1;
  return arguments;
}

ColumnType Characters(const char* type, const Arguments& arguments, int otherwise, int largest) {
  int length = arguments.is_max ? largest : otherwise;
  if (!arguments.numbers.empty()) length = arguments.numbers[0];
  if (length < 1) Refuse("22023", fmt::format("length for type {} must be at least 1", type));
  if (length > largest) Refuse("22023", fmt::format("length for type {} cannot exceed {}", type, largest));
  return {fmt::format("{}({})", type, length), true, false, arguments.end};
}

ColumnType Decimal(const Arguments& arguments) {
  const int precision = arguments.numbers.empty() ? 18 : arguments.numbers[0];
  const int scale = arguments.numbers.size() < 2 ? 0 : arguments.numbers[1];
  if (precision < 1 || precision > kLargestPrecision) {
    Refuse("22023",
           fmt::format("DECIMAL precision {} must be between 1 and {}", precision, kLargestPrecision));
  }
  if (scale > kLargestScale || scale > precision) {
    Refuse("22023", fmt::format("DECIMAL scale {} must be between 0 and precision {}", scale,
                                std::min(precision, kLargestScale)));
  }
  return {fmt::format("numeric({},{})", precision, scale), true, false, arguments.end};
}

ColumnType Varbyte(const Arguments& arguments) {
  ColumnType type = Characters("varbyte", arguments, kDefaultVarbyte, kLargestVarbyte);
  type.can_be_key = false;
  return type;
}

/// A field of an interval and its bit in the type modifier of PostgreSQL's interval.
struct IntervalField {
  std::string_view name;
  int bit;
};
constexpr std::array kIntervalFields = {IntervalField{"year", 2},    IntervalField{"month", 1},
                                        IntervalField{"day", 3},     IntervalField{"hour", 10},
                                        IntervalField{"minute", 11}, IntervalField{"second", 12}};
constexpr int kFirstDayTimeField = 2;
constexpr int kFullIntervalPrecision = 6;

int FindIntervalField(const Token& token) {
  for (size_t i = 0; i < kIntervalFields.size(); ++i) {
    if (token.IsWord(kIntervalFields[i].name)) return static_cast<int>(i);
  }
  return -1;
}

struct PlainType {
  std::string_view name;
  const char* sql;
  bool is_integer = false;
  bool can_be_key = true;
};

constexpr std::array kPlainTypes = {
    PlainType{"smallint", "smallint"},
    PlainType{"int2", "smallint"},
    PlainType{"integer", "integer", true},
    PlainType{"int", "integer", true},
    PlainType{"int4", "integer", true},
    PlainType{"bigint", "bigint", true},
    PlainType{"int8", "bigint", true},
    PlainType{"real", "real"},
    PlainType{"float4", "real"},
    PlainType{"float8", "double precision"},
    PlainType{"boolean", "boolean"},
    PlainType{"bool", "boolean"},
    PlainType{"date", "date"},
    PlainType{"timestamptz", "timestamp with time zone"},
    PlainType{"timetz", "time with time zone"},
    PlainType{"oid", "oid"},
    PlainType{"super", "super(0)", false, false},
};

}  // namespace

std::optional<ColumnType> ReadIntervalQualifier(const Rewriter& sql, size_t at) {
  const int first = FindIntervalField(sql[at]);
  if (first < 0) return std::nullopt;
  int last = first;
  size_t end = at + 1;
  if (sql[end].IsWord("to")) {
    last = FindIntervalField(sql[end + 1]);
    end += 2;
    const bool mixes = first < kFirstDayTimeField && last >= kFirstDayTimeField;
    if (last <= first || mixes) RefuseSyntax(sql[end - 1]);
  }
  int mask = 0;
  for (int i = first; i <= last; ++i) mask |= 1 << kIntervalFields[static_cast<size_t>(i)].bit;
  if (first < kFirstDayTimeField) return ColumnType{fmt::format("intervaly2m({})", mask), false, false, end};
  int precision = kFullIntervalPrecision;
  if (sql[end].Is("(")) {
    const Arguments arguments = ReadArguments(sql, end);
    if (!sql[end - 1].IsWord("second") || arguments.numbers.size() != 1) RefuseSyntax(sql[end]);
    precision = arguments.numbers[0];
    end = arguments.end;
    if (precision > kFullIntervalPrecision) {
      Refuse("22023", fmt::format("INTERVAL precision {} must be between 0 and {}", precision,
                                  kFullIntervalPrecision));
    }
  }
  return ColumnType{fmt::format("intervald2s({},{})", mask, precision), false, false, end};
}

ColumnType ReadColumnType(const Rewriter& sql, size_t at, const std::string& table,
                          const std::string& column) {
  size_t name_at = at;
  if (sql[at].IsWord("pg_catalog") && sql[at + 1].Is(".")) name_at += 2;
  if (!sql[name_at].IsName()) RefuseSyntax(sql[name_at]);
  const std::string& name = sql[name_at].value;
  size_t after = name_at + 1;

  ColumnType type;
  std::optional<ColumnType> found;
  for (const PlainType& plain : kPlainTypes) {
    if (plain.name == name) found = ColumnType{plain.sql, plain.can_be_key, plain.is_integer, after};
  }
  if (name == "double" && sql[after].IsWord("precision")) {
    found = ColumnType{"double precision", true, false, after + 1};
  } else if (name == "float") {
    const Arguments arguments = ReadArguments(sql, after);
    const bool single = !arguments.numbers.empty() && arguments.numbers[0] <= 24;
    found = ColumnType{single ? "real" : "double precision", true, false, arguments.end};
  } else if (name == "decimal" || name == "numeric") {
    found = Decimal(ReadArguments(sql, after));
  } else if (name == "varchar" || name == "nvarchar" ||
             ((name == "character" || name == "char" || name == "nchar") && sql[after].IsWord("varying"))) {
    if (sql[after].IsWord("varying")) ++after;
    found = Characters("character varying", ReadArguments(sql, after), kDefaultVarchar, kLargestVarchar);
  } else if (name == "text") {
    found = Characters("character varying", Arguments{{}, false, after}, kDefaultVarchar, kLargestVarchar);
  } else if (name == "char" || name == "character" || name == "nchar") {
    found = Characters("character", ReadArguments(sql, after), 1, kLargestChar);
  } else if (name == "bpchar") {
    found = Characters("character", Arguments{{}, false, after}, 256, kLargestChar);
  } else if (name == "varbyte" || name == "varbinary") {
    found = Varbyte(ReadArguments(sql, after));
  } else if (name == "binary" && sql[after].IsWord("varying")) {
    found = Varbyte(ReadArguments(sql, after + 1));
  } else if (name == "interval") {
    found = ReadIntervalQualifier(sql, after);
    if (!found && (sql[after].Is("(") || sql[after].IsName())) RefuseSyntax(sql[after]);
  } else if (name == "timestamp" || name == "time") {
    bool zone = false;
    if ((sql[after].IsWord("with") || sql[after].IsWord("without")) && sql[after + 1].IsWord("time") &&
        sql[after + 2].IsWord("zone")) {
      zone = sql[after].IsWord("with");
      after += 3;
    }
    found = ColumnType{name + (zone ? " with time zone" : " without time zone"), true, false, after};
  }
  if (!found || sql[found->end].Is("[") || sql[found->end].IsWord("array")) {
    size_t end = found ? found->end : after;
    std::string spelled = name;
    if (sql[end].Is("[")) spelled += "[]";
    Refuse("0A000", fmt::format("Column \"{}.{}\" has unsupported type \"{}\".", table, column, spelled));
  }
  found->is_super = name == "super";
  return *found;
}

}  // namespace redshift_local
