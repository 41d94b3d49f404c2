#include <cctype>
#include <charconv>

#include "engine/type/flink_type.h"

namespace redshift {
namespace {

/// Reads one type from its text, word by word.
class TypeParser {
 public:
  explicit TypeParser(std::string_view text) : text_(text) {}

  arrow::Result<FlinkType> Parse() {
    ARROW_ASSIGN_OR_RAISE(FlinkType type, ParseType());
    SkipBlanks();
    if (at_ != text_.size()) return Error("something follows the type");
    return type;
  }

 private:
  /// Deeper types are refused: they are read by recursion. It is also what SUPER takes (Redshift: "SUPER
  /// limitations").
  static constexpr int kMaxDepth = 1000;

  /// A type with its nullability, up to what follows it.
  arrow::Result<FlinkType> ParseType() {
    if (depth_ == kMaxDepth) return Error("it is nested more than 1000 levels deep");
    ++depth_;
    SkipBlanks();
    const size_t begin = at_;
    FlinkType type;
    ARROW_RETURN_NOT_OK(ParseBody(&type));
    const size_t end = at_;
    if (TakeWord("NOT")) {
      if (!TakeWord("NULL")) return Error("NOT without NULL");
      type.nullable = false;
    } else {
      TakeWord("NULL");
    }
    if (KeepsSpelling(type.kind)) {
      type.spelling = text_.substr(begin, end - begin);
      while (type.spelling.ends_with(' ')) type.spelling.pop_back();
    }
    --depth_;
    return type;
  }

  static bool KeepsSpelling(TypeKind kind) {
    switch (kind) {
      case TypeKind::kIntervalYearMonth:
      case TypeKind::kIntervalDayTime:
      case TypeKind::kArray:
      case TypeKind::kMap:
      case TypeKind::kMultiset:
      case TypeKind::kRow:
      case TypeKind::kRaw:
      case TypeKind::kOther:
        return true;
      default:
        return false;
    }
  }

  arrow::Status ParseBody(FlinkType* type) {
    if (TakeWord("BOOLEAN")) return Plain(type, TypeKind::kBoolean);
    if (TakeWord("TINYINT")) return Plain(type, TypeKind::kTinyInt);
    if (TakeWord("SMALLINT")) return Plain(type, TypeKind::kSmallInt);
    if (TakeWord("INT") || TakeWord("INTEGER")) return Plain(type, TypeKind::kInt);
    if (TakeWord("BIGINT")) return Plain(type, TypeKind::kBigInt);
    if (TakeWord("FLOAT")) return Plain(type, TypeKind::kFloat);
    if (TakeWord("DOUBLE")) {
      TakeWord("PRECISION");
      return Plain(type, TypeKind::kDouble);
    }
    if (TakeWord("DECIMAL") || TakeWord("DEC") || TakeWord("NUMERIC")) return Decimal(type);
    if (TakeWord("STRING")) {
      type->length = kMaxLength;
      return Plain(type, TypeKind::kVarchar);
    }
    if (TakeWord("BYTES")) {
      type->length = kMaxLength;
      return Plain(type, TypeKind::kVarbinary);
    }
    if (TakeWord("CHAR")) return Sized(type, TypeKind::kChar);
    if (TakeWord("VARCHAR")) return Sized(type, TypeKind::kVarchar);
    if (TakeWord("BINARY")) return Sized(type, TypeKind::kBinary);
    if (TakeWord("VARBINARY")) return Sized(type, TypeKind::kVarbinary);
    if (TakeWord("DATE")) return Plain(type, TypeKind::kDate);
    if (TakeWord("TIMESTAMP_LTZ")) return Fractional(type, TypeKind::kTimestampLtz, 6);
    if (TakeWord("TIMESTAMP")) {
      ARROW_RETURN_NOT_OK(Fractional(type, TypeKind::kTimestamp, 6));
      if (TakeWord("WITH")) {
        if (TakeWord("LOCAL")) {
          type->kind = TypeKind::kTimestampLtz;
        } else {
          type->kind = TypeKind::kTimestampTz;
        }
        if (!TakeWord("TIME") || !TakeWord("ZONE")) return Error("TIME ZONE is missing");
        return arrow::Status::OK();
      }
      return WithoutTimeZone();
    }
    if (TakeWord("TIME")) {
      ARROW_RETURN_NOT_OK(Fractional(type, TypeKind::kTime, 0));
      return WithoutTimeZone();
    }
    if (TakeWord("INTERVAL")) return Interval(type);
    if (TakeWord("ARRAY")) return Collection(type, TypeKind::kArray, 1);
    if (TakeWord("MAP")) return Collection(type, TypeKind::kMap, 2);
    if (TakeWord("MULTISET")) return Collection(type, TypeKind::kMultiset, 1);
    if (TakeWord("ROW")) return Row(type);
    if (TakeWord("RAW")) return Opaque(type, TypeKind::kRaw);
    if (at_ == text_.size() || std::isalpha(static_cast<unsigned char>(text_[at_])) == 0) {
      return Error("the name of a type is missing");
    }
    return Opaque(type, TypeKind::kOther);
  }

  static arrow::Status Plain(FlinkType* type, TypeKind kind) {
    type->kind = kind;
    return arrow::Status::OK();
  }

  arrow::Status Decimal(FlinkType* type) {
    type->kind = TypeKind::kDecimal;
    type->precision = 10;
    if (!TakeMark('(')) return arrow::Status::OK();
    ARROW_ASSIGN_OR_RAISE(type->precision, Number());
    if (TakeMark(',')) {
      ARROW_ASSIGN_OR_RAISE(type->scale, Number());
    }
    if (!TakeMark(')')) return Error("a bracket is not closed");
    if (type->precision < 1 || type->precision > 38) return Error("the precision of DECIMAL is 1 to 38");
    if (type->scale > type->precision) return Error("the scale of DECIMAL is not more than its precision");
    return arrow::Status::OK();
  }

  arrow::Status Sized(FlinkType* type, TypeKind kind) {
    type->kind = kind;
    type->length = 1;
    if (!TakeMark('(')) return arrow::Status::OK();
    ARROW_ASSIGN_OR_RAISE(type->length, Number());
    if (!TakeMark(')')) return Error("a bracket is not closed");
    return arrow::Status::OK();
  }

  arrow::Status Fractional(FlinkType* type, TypeKind kind, int default_precision) {
    type->kind = kind;
    type->precision = default_precision;
    if (!TakeMark('(')) return arrow::Status::OK();
    ARROW_ASSIGN_OR_RAISE(type->precision, Number());
    if (!TakeMark(')')) return Error("a bracket is not closed");
    if (type->precision > 9) return Error("fractional digits are 0 to 9");
    return arrow::Status::OK();
  }

  arrow::Status WithoutTimeZone() {
    if (!TakeWord("WITHOUT")) return arrow::Status::OK();
    if (!TakeWord("TIME") || !TakeWord("ZONE")) return Error("TIME ZONE is missing");
    return arrow::Status::OK();
  }

  arrow::Status Interval(FlinkType* type) {
    SkipBlanks();
    const std::string_view unit = text_.substr(at_, 4);
    type->kind = unit == "YEAR" || unit == "MONT" ? TypeKind::kIntervalYearMonth : TypeKind::kIntervalDayTime;
    return SkipToNullability();
  }

  arrow::Status Opaque(FlinkType* type, TypeKind kind) {
    type->kind = kind;
    return SkipToNullability();
  }

  arrow::Status Collection(FlinkType* type, TypeKind kind, int parts) {
    type->kind = kind;
    if (!TakeMark('<')) return Error("the type of its elements is missing");
    for (int i = 0; i < parts; ++i) {
      if (i > 0 && !TakeMark(',')) return Error("the type of its values is missing");
      ARROW_ASSIGN_OR_RAISE(FlinkType part, ParseType());
      type->children.push_back(std::move(part));
    }
    return TakeMark('>') ? arrow::Status::OK() : Error("a bracket is not closed");
  }

  /// ROW<`name` type 'comment', ...>, in round brackets too.
  arrow::Status Row(FlinkType* type) {
    type->kind = TypeKind::kRow;
    const bool round = TakeMark('(');
    if (!round && !TakeMark('<')) return Error("the fields of a ROW are missing");
    const char close = round ? ')' : '>';
    if (TakeMark(close)) return arrow::Status::OK();
    do {
      ARROW_ASSIGN_OR_RAISE(std::string name, FieldName());
      ARROW_ASSIGN_OR_RAISE(FlinkType field, ParseType());
      type->field_names.push_back(std::move(name));
      type->children.push_back(std::move(field));
      if (TakeMark('\'')) {
        --at_;
        ARROW_RETURN_NOT_OK(Quoted('\'').status());
      }
    } while (TakeMark(','));
    return TakeMark(close) ? arrow::Status::OK() : Error("a bracket is not closed");
  }

  arrow::Result<std::string> FieldName() {
    SkipBlanks();
    if (at_ < text_.size() && text_[at_] == '`') return Quoted('`');
    const size_t begin = at_;
    while (at_ < text_.size() && (std::isalnum(static_cast<unsigned char>(text_[at_])) || text_[at_] == '_'))
      ++at_;
    if (begin == at_) return Error("the name of a field is missing");
    return std::string(text_.substr(begin, at_ - begin));
  }

  /// What stands between quotes, of which two in a row mean one.
  arrow::Result<std::string> Quoted(char quote) {
    std::string text;
    while (true) {
      const size_t close = text_.find(quote, ++at_);
      if (close == std::string_view::npos) return Error("a quote is not closed");
      text += text_.substr(at_, close - at_);
      at_ = close + 1;
      if (at_ == text_.size() || text_[at_] != quote) return text;
      text += quote;
    }
  }

  /// Skips brackets with all they hold, quoted text, and words, up to what ends a type: the end, NOT NULL, or
  /// a mark of the type around it.
  arrow::Status SkipToNullability() {
    int depth = 0;
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (depth == 0 && (c == ',' || c == '>' || c == ')' || text_.substr(at_).starts_with(" NOT NULL") ||
                         text_.substr(at_).starts_with(" '"))) {
        break;
      }
      if (c == '\'' || c == '`') {
        const size_t close = text_.find(c, at_ + 1);
        if (close == std::string_view::npos) return Error("a quote is not closed");
        at_ = close;
      } else if (c == '<' || c == '(') {
        ++depth;
      } else if (c == '>' || c == ')') {
        --depth;
      }
      ++at_;
    }
    if (depth != 0) return Error("a bracket is not closed");
    return arrow::Status::OK();
  }

  arrow::Result<int> Number() {
    SkipBlanks();
    int number = 0;
    const auto [end, error] = std::from_chars(text_.data() + at_, text_.data() + text_.size(), number);
    if (error != std::errc() || number < 0) return Error("a number is missing or too large");
    at_ = static_cast<size_t>(end - text_.data());
    return number;
  }

  bool TakeMark(char mark) {
    SkipBlanks();
    if (at_ == text_.size() || text_[at_] != mark) return false;
    ++at_;
    return true;
  }

  bool TakeWord(std::string_view word) {
    SkipBlanks();
    if (text_.size() - at_ < word.size()) return false;
    for (size_t i = 0; i < word.size(); ++i) {
      if (std::toupper(static_cast<unsigned char>(text_[at_ + i])) != word[i]) return false;
    }
    const size_t after = at_ + word.size();
    if (after < text_.size() &&
        (std::isalnum(static_cast<unsigned char>(text_[after])) || text_[after] == '_')) {
      return false;
    }
    at_ = after;
    return true;
  }

  void SkipBlanks() {
    while (at_ < text_.size() && text_[at_] == ' ') ++at_;
  }

  arrow::Status Error(const char* why) const {
    return arrow::Status::Invalid("'", text_, "' is not a type of Flink: ", why);
  }

  std::string_view text_;
  size_t at_ = 0;
  int depth_ = 0;
};

}  // namespace

arrow::Result<FlinkType> ParseFlinkType(std::string_view text) {
  return TypeParser(text).Parse();
}

}  // namespace redshift
