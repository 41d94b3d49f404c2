#include "local/sql/lexer.h"

#include <array>
#include <cstdint>
#include <utility>

namespace redshift_local {
namespace {

bool IsSpace(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}
bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}
bool IsNameStart(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}
bool IsNameByte(char c) {
  return IsNameStart(c) || IsDigit(c) || c == '$';
}
bool IsOperatorByte(char c) {
  return std::string_view("+-*/<>=~!@#%^&|`?").find(c) != std::string_view::npos;
}

int HexDigit(char c) {
  if (IsDigit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

void AppendUtf8(uint32_t code_point, std::string* out) {
  if (code_point < 0x80) {
    out->push_back(static_cast<char>(code_point));
  } else if (code_point < 0x800) {
    out->push_back(static_cast<char>(0xC0 | (code_point >> 6)));
    out->push_back(static_cast<char>(0x80 | (code_point & 0x3F)));
  } else if (code_point < 0x10000) {
    out->push_back(static_cast<char>(0xE0 | (code_point >> 12)));
    out->push_back(static_cast<char>(0x80 | ((code_point >> 6) & 0x3F)));
    out->push_back(static_cast<char>(0x80 | (code_point & 0x3F)));
  } else {
    out->push_back(static_cast<char>(0xF0 | (code_point >> 18)));
    out->push_back(static_cast<char>(0x80 | ((code_point >> 12) & 0x3F)));
    out->push_back(static_cast<char>(0x80 | ((code_point >> 6) & 0x3F)));
    out->push_back(static_cast<char>(0x80 | (code_point & 0x3F)));
  }
}

class Reader {
 public:
  Reader(std::string_view sql, const LexerOptions& options) : sql_(sql), options_(options) {}

  std::variant<Tokens, LexerError> Read() {
    while (SkipBlanks() && at_ < sql_.size()) {
      if (!ReadToken()) return error_;
    }
    if (!error_.message.empty()) return error_;
    tokens_.push_back(Token{TokenKind::kEnd, sql_.substr(sql_.size()), sql_.size(), {}});
    return std::move(tokens_);
  }

 private:
  char Peek(size_t ahead = 0) const { return at_ + ahead < sql_.size() ? sql_[at_ + ahead] : '\0'; }

  bool Fail(std::string message, size_t position) {
    error_ = {std::move(message), position};
    return false;
  }

  bool SkipBlanks() {
    while (at_ < sql_.size()) {
      if (IsSpace(sql_[at_])) {
        ++at_;
      } else if (Peek() == '-' && Peek(1) == '-') {
        while (at_ < sql_.size() && sql_[at_] != '\n') ++at_;
      } else if (Peek() == '/' && Peek(1) == '*') {
        if (!SkipComment()) return false;
      } else {
        return true;
      }
    }
    return true;
  }

  bool SkipComment() {
    const size_t start = at_;
    int depth = 0;
    do {
      if (at_ >= sql_.size()) return Fail("unterminated /* comment", start);
      if (Peek() == '/' && Peek(1) == '*') {
        ++depth;
        at_ += 2;
      } else if (Peek() == '*' && Peek(1) == '/') {
        --depth;
        at_ += 2;
      } else {
        ++at_;
      }
    } while (depth > 0);
    return true;
  }

  void Add(TokenKind kind, size_t begin, std::string value = {}) {
    tokens_.push_back(Token{kind, sql_.substr(begin, at_ - begin), begin, std::move(value)});
  }

  bool ReadToken() {
    const size_t begin = at_;
    const char c = Peek();
    if (c == '\'') return ReadString(begin);
    if (c == '"') return ReadQuoted(begin);
    if ((c == 'e' || c == 'E') && Peek(1) == '\'') {
      ++at_;
      return ReadString(begin);
    }
    if ((c == 'b' || c == 'B' || c == 'x' || c == 'X') && Peek(1) == '\'') return ReadBitString(begin);
    if (c == '$') return ReadDollar(begin);
    if (IsNameStart(c) || (c == '#' && IsNameStart(Peek(1)) && HashStartsName())) {
      ++at_;
      while (at_ < sql_.size() && IsNameByte(sql_[at_])) ++at_;
      Add(TokenKind::kWord, begin, FoldCase(sql_.substr(begin, at_ - begin)));
      return true;
    }
    if (IsDigit(c) || (c == '.' && IsDigit(Peek(1)))) {
      ReadNumber();
      Add(TokenKind::kNumber, begin);
      return true;
    }
    if (IsOperatorByte(c)) {
      ++at_;
      while (at_ < sql_.size() && IsOperatorByte(sql_[at_]) && !(Peek() == '-' && Peek(1) == '-') &&
             !(Peek() == '/' && Peek(1) == '*')) {
        ++at_;
      }
      // PostgreSQL's rule: `=-1` is two operators.
      while (at_ - begin > 1 && (sql_[at_ - 1] == '+' || sql_[at_ - 1] == '-') &&
             sql_.substr(begin, at_ - begin).find_first_of("~!@#%^&|`?") == std::string_view::npos) {
        --at_;
      }
      Add(TokenKind::kOperator, begin);
      return true;
    }
    at_ += (c == ':' && (Peek(1) == ':' || Peek(1) == '=')) ? 2 : 1;
    Add(TokenKind::kOperator, begin);
    return true;
  }

  // `#t` is the name of a temporary table where a table may stand, and before a dot; else # is an operator.
  bool HashStartsName() const {
    size_t after = at_ + 1;
    while (after < sql_.size() && IsNameByte(sql_[after])) ++after;
    if (after < sql_.size() && sql_[after] == '.') return true;
    if (tokens_.empty()) return true;
    const Token& last = tokens_.back();
    if (last.Is(",") || last.Is("(") || last.Is(".")) return true;
    static constexpr std::array<std::string_view, 16> kBefore = {
        "from",   "into", "table", "update",   "join",    "copy",   "exists", "using",
        "delete", "like", "lock",  "truncate", "analyze", "vacuum", "only",   "to"};
    for (std::string_view word : kBefore) {
      if (last.IsWord(word)) return true;
    }
    return false;
  }

  void ReadNumber() {
    while (IsDigit(Peek())) ++at_;
    if (Peek() == '.' && Peek(1) != '.') {
      ++at_;
      while (IsDigit(Peek())) ++at_;
    }
    if (Peek() == 'e' || Peek() == 'E') {
      const size_t sign = (Peek(1) == '+' || Peek(1) == '-') ? 2 : 1;
      if (IsDigit(Peek(sign))) {
        at_ += sign;
        while (IsDigit(Peek())) ++at_;
      }
    }
  }

  bool ReadQuoted(size_t begin) {
    std::string value;
    ++at_;
    while (true) {
      const size_t quote = sql_.find('"', at_);
      if (quote == std::string_view::npos) return Fail("unterminated quoted identifier", begin);
      value.append(sql_.substr(at_, quote - at_));
      at_ = quote + 1;
      if (Peek() != '"') break;
      value.push_back('"');
      ++at_;
    }
    if (value.empty()) return Fail("zero-length delimited identifier", begin);
    Add(TokenKind::kQuoted, begin, options_.keep_case ? std::move(value) : FoldCase(value));
    return true;
  }

  bool ReadBitString(size_t begin) {
    const size_t quote = sql_.find('\'', begin + 2);
    if (quote == std::string_view::npos) return Fail("unterminated bit string literal", begin);
    at_ = quote + 1;
    Add(TokenKind::kBitString, begin);
    return true;
  }

  bool ReadDollar(size_t begin) {
    ++at_;
    if (IsDigit(Peek())) {
      while (IsDigit(Peek())) ++at_;
      Add(TokenKind::kParameter, begin);
      return true;
    }
    size_t tag_end = at_;
    while (tag_end < sql_.size() && IsNameByte(sql_[tag_end]) && sql_[tag_end] != '$') ++tag_end;
    if (tag_end < sql_.size() && sql_[tag_end] == '$') {
      const std::string_view tag = sql_.substr(begin, tag_end + 1 - begin);
      const size_t close = sql_.find(tag, tag_end + 1);
      if (close == std::string_view::npos) return Fail("unterminated dollar-quoted string", begin);
      std::string value(sql_.substr(tag_end + 1, close - tag_end - 1));
      at_ = close + tag.size();
      Add(TokenKind::kString, begin, std::move(value));
      return true;
    }
    Add(TokenKind::kOperator, begin);
    return true;
  }

  // at_ is at the opening quote. Two literals with a line break between are one literal.
  bool ReadString(size_t begin) {
    std::string value;
    while (true) {
      ++at_;
      if (!ReadStringBody(begin, &value)) return false;
      size_t next = at_;
      bool line_break = false;
      while (next < sql_.size() && IsSpace(sql_[next])) line_break |= sql_[next++] == '\n';
      if (!line_break || next >= sql_.size() || sql_[next] != '\'') break;
      at_ = next;
    }
    Add(TokenKind::kString, begin, std::move(value));
    return true;
  }

  bool ReadStringBody(size_t begin, std::string* value) {
    while (true) {
      const size_t special = sql_.find_first_of("'\\", at_);
      if (special == std::string_view::npos) return Fail("unterminated quoted string", begin);
      value->append(sql_.substr(at_, special - at_));
      at_ = special + 1;
      if (sql_[special] == '\'') {
        if (Peek() != '\'') return true;
        value->push_back('\'');
        ++at_;
      } else {
        if (at_ >= sql_.size()) return Fail("unterminated quoted string", begin);
        ReadEscape(value);
      }
    }
  }

  void ReadEscape(std::string* value) {
    const char c = sql_[at_++];
    switch (c) {
      case 'b':
        value->push_back('\b');
        return;
      case 'f':
        value->push_back('\f');
        return;
      case 'n':
        value->push_back('\n');
        return;
      case 'r':
        value->push_back('\r');
        return;
      case 't':
        value->push_back('\t');
        return;
      case 'x':
        ReadHex(2, c, value);
        return;
      case 'u':
        ReadHex(4, c, value);
        return;
      case 'U':
        ReadHex(8, c, value);
        return;
      default:
        break;
    }
    if (c < '0' || c > '7') {
      value->push_back(c);
      return;
    }
    int octal = c - '0';
    for (int i = 0; i < 2 && Peek() >= '0' && Peek() <= '7'; ++i) octal = octal * 8 + (sql_[at_++] - '0');
    value->push_back(static_cast<char>(octal));
  }

  void ReadHex(int digits, char letter, std::string* value) {
    uint32_t code = 0;
    int read = 0;
    while (read < digits && HexDigit(Peek()) >= 0) {
      code = code * 16 + static_cast<uint32_t>(HexDigit(sql_[at_++]));
      ++read;
    }
    if (read == 0 || (letter != 'x' && read < digits)) {
      value->push_back(letter);
      at_ -= static_cast<size_t>(read);
    } else if (letter == 'x') {
      value->push_back(static_cast<char>(code));
    } else {
      AppendUtf8(code, value);
    }
  }

  std::string_view sql_;
  LexerOptions options_;
  size_t at_ = 0;
  Tokens tokens_;
  LexerError error_;
};

}  // namespace

std::variant<Tokens, LexerError> Lex(std::string_view sql, const LexerOptions& options) {
  return Reader(sql, options).Read();
}

std::string QuoteLiteral(std::string_view value) {
  std::string out;
  out.reserve(value.size() + 3);
  if (value.find('\\') != std::string_view::npos) out.push_back('E');
  out.push_back('\'');
  for (char c : value) {
    if (c == '\'' || c == '\\') out.push_back(c);
    out.push_back(c);
  }
  out.push_back('\'');
  return out;
}

std::string QuoteIdentifier(std::string_view name) {
  std::string out = "\"";
  for (char c : name) {
    if (c == '"') out.push_back(c);
    out.push_back(c);
  }
  out.push_back('"');
  return out;
}

std::string FoldCase(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

}  // namespace redshift_local
