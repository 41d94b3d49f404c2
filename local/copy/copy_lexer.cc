#include "local/copy/copy_lexer.h"

#include <cctype>

#include "local/copy/sql_error.h"

namespace redshift_local {
namespace {

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

bool IsWordStart(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '#' || (c & 0x80) != 0;
}

bool IsWordPart(char c) {
  return IsWordStart(c) || IsDigit(c) || c == '$';
}

int HexValue(char c) {
  if (IsDigit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  arrow::Result<std::vector<CopyToken>> Run() {
    std::vector<CopyToken> tokens;
    for (;;) {
      ARROW_RETURN_NOT_OK(SkipBlanks());
      CopyToken token;
      token.position = PositionOf(at_);
      if (at_ == text_.size()) {
        tokens.push_back(std::move(token));
        return tokens;
      }
      char c = text_[at_];
      if ((c == 'E' || c == 'e') && Peek(1) == '\'') {
        ++at_;
        c = '\'';
      }
      if (c == '\'') {
        ARROW_RETURN_NOT_OK(ReadString(&token));
      } else if (c == '"') {
        ARROW_RETURN_NOT_OK(ReadQuotedIdentifier(&token));
      } else if (IsWordStart(c)) {
        token.kind = CopyToken::Kind::kWord;
        while (at_ < text_.size() && IsWordPart(text_[at_])) token.text += text_[at_++];
      } else if (IsDigit(c)) {
        token.kind = CopyToken::Kind::kNumber;
        while (at_ < text_.size() && (IsDigit(text_[at_]) || text_[at_] == '.')) token.text += text_[at_++];
      } else {
        token.kind = CopyToken::Kind::kSymbol;
        token.text = text_[at_++];
      }
      tokens.push_back(std::move(token));
    }
  }

 private:
  char Peek(size_t ahead) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }

  int PositionOf(size_t byte) const {
    int position = 1;
    for (size_t i = 0; i < byte; ++i) position += (text_[i] & 0xC0) != 0x80;
    return position;
  }

  arrow::Status Unterminated(const char* what, size_t start) const {
    SqlErrorFields fields;
    fields.sqlstate = "42601";
    fields.message =
        std::string("unterminated ") + what + " at or near \"" + std::string(text_.substr(start, 40)) + "\"";
    fields.position = PositionOf(start);
    return SqlError(std::move(fields));
  }

  arrow::Status SkipBlanks() {
    while (at_ < text_.size()) {
      if (std::isspace(static_cast<unsigned char>(text_[at_]))) {
        ++at_;
      } else if (text_[at_] == '-' && Peek(1) == '-') {
        while (at_ < text_.size() && text_[at_] != '\n') ++at_;
      } else if (text_[at_] == '/' && Peek(1) == '*') {
        const size_t start = at_;
        int depth = 0;
        do {
          if (at_ >= text_.size()) return Unterminated("/* comment", start);
          if (text_[at_] == '/' && Peek(1) == '*') {
            ++depth;
            at_ += 2;
          } else if (text_[at_] == '*' && Peek(1) == '/') {
            --depth;
            at_ += 2;
          } else {
            ++at_;
          }
        } while (depth > 0);
      } else {
        break;
      }
    }
    return arrow::Status::OK();
  }

  arrow::Status ReadString(CopyToken* token) {
    const size_t start = at_++;
    token->kind = CopyToken::Kind::kString;
    for (;;) {
      // A secret may stand in an unterminated literal: show none of it.
      if (at_ >= text_.size()) {
        SqlErrorFields fields;
        fields.sqlstate = "42601";
        fields.message = "unterminated quoted string";
        fields.position = PositionOf(start);
        return SqlError(std::move(fields));
      }
      const char c = text_[at_];
      if (c == '\'') {
        if (Peek(1) != '\'') break;
        token->text += '\'';
        token->raw += "''";
        at_ += 2;
      } else if (c == '\\' && at_ + 1 < text_.size()) {
        const size_t escape = at_++;
        token->text += ReadEscape();
        token->raw += text_.substr(escape, at_ - escape);
      } else {
        token->text += c;
        token->raw += c;
        ++at_;
      }
    }
    ++at_;
    return arrow::Status::OK();
  }

  char ReadEscape() {
    const char c = text_[at_++];
    switch (c) {
      case 'b':
        return '\b';
      case 'f':
        return '\f';
      case 'n':
        return '\n';
      case 'r':
        return '\r';
      case 't':
        return '\t';
      case 'x': {
        int value = 0;
        int digits = 0;
        while (digits < 2 && at_ < text_.size() && HexValue(text_[at_]) >= 0) {
          value = value * 16 + HexValue(text_[at_++]);
          ++digits;
        }
        return digits == 0 ? 'x' : static_cast<char>(value);
      }
      default:
        break;
    }
    if (c < '0' || c > '7') return c;
    int value = c - '0';
    for (int digits = 1; digits < 3 && at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '7';
         ++digits) {
      value = value * 8 + (text_[at_++] - '0');
    }
    return static_cast<char>(value);
  }

  arrow::Status ReadQuotedIdentifier(CopyToken* token) {
    const size_t start = at_++;
    token->kind = CopyToken::Kind::kQuotedIdentifier;
    for (;;) {
      if (at_ >= text_.size()) return Unterminated("quoted identifier", start);
      if (text_[at_] == '"') {
        if (Peek(1) != '"') break;
        ++at_;
      }
      token->text += text_[at_++];
    }
    ++at_;
    if (token->text.empty()) {
      SqlErrorFields fields;
      fields.sqlstate = "42601";
      fields.message = "zero-length delimited identifier at or near \"\"\"\"";
      fields.position = PositionOf(start);
      return SqlError(std::move(fields));
    }
    return arrow::Status::OK();
  }

  std::string_view text_;
  size_t at_ = 0;
};

}  // namespace

bool CopyToken::IsKeyword(std::string_view keyword) const {
  if (kind != Kind::kWord || text.size() != keyword.size()) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i] >= 'a' && text[i] <= 'z' ? static_cast<char>(text[i] - 'a' + 'A') : text[i];
    if (c != keyword[i]) return false;
  }
  return true;
}

arrow::Result<std::vector<CopyToken>> LexCopy(std::string_view statement) {
  return Lexer(statement).Run();
}

}  // namespace redshift_local
