#include "local/copy/json_text.h"

#include <array>

namespace redshift_local {
namespace {

bool IsBlank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

int HexValue(char c) {
  if (IsDigit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

class Checker {
 public:
  explicit Checker(std::string_view text) : text_(text) {}

  std::optional<size_t> Run() {
    if (!Value(0)) return std::nullopt;
    return at_;
  }

 private:
  char At() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  void SkipBlanks() {
    while (at_ < text_.size() && IsBlank(text_[at_])) ++at_;
  }
  bool Skip(char c) {
    if (At() != c) return false;
    ++at_;
    return true;
  }

  bool Value(int depth) {
    switch (At()) {
      case '{':
        return Members(depth, true, '}');
      case '[':
        return Members(depth, false, ']');
      case '"':
        return String();
      case 't':
        return Word("true");
      case 'f':
        return Word("false");
      case 'n':
        return Word("null");
      default:
        return Number();
    }
  }

  bool Members(int depth, bool object, char close) {
    if (depth == kMaxJsonDepth) return false;
    ++at_;
    SkipBlanks();
    if (Skip(close)) return true;
    for (;;) {
      SkipBlanks();
      if (object) {
        if (!String()) return false;
        SkipBlanks();
        if (!Skip(':')) return false;
        SkipBlanks();
      }
      if (!Value(depth + 1)) return false;
      SkipBlanks();
      if (Skip(close)) return true;
      if (!Skip(',')) return false;
    }
  }

  bool String() {
    if (!Skip('"')) return false;
    while (at_ < text_.size()) {
      const char c = text_[at_++];
      if (c == '"') return true;
      if (static_cast<uint8_t>(c) < 0x20) return false;
      if (c != '\\') continue;
      if (at_ == text_.size()) return false;
      const char escape = text_[at_++];
      if (escape == 'u') {
        for (int i = 0; i < 4; ++i) {
          if (HexValue(At()) < 0) return false;
          ++at_;
        }
      } else if (std::string_view("\"\\/bfnrt").find(escape) == std::string_view::npos) {
        return false;
      }
    }
    return false;
  }

  bool Word(std::string_view word) {
    if (text_.substr(at_, word.size()) != word) return false;
    at_ += word.size();
    return true;
  }

  bool Digits() {
    const size_t start = at_;
    while (IsDigit(At())) ++at_;
    return at_ > start;
  }

  bool Number() {
    Skip('-');
    if (!Skip('0') && !Digits()) return false;
    if (Skip('.') && !Digits()) return false;
    if (At() == 'e' || At() == 'E') {
      ++at_;
      if (!Skip('+')) Skip('-');
      if (!Digits()) return false;
    }
    return true;
  }

  std::string_view text_;
  size_t at_ = 0;
};

uint32_t ReadHex4(std::string_view text) {
  uint32_t value = 0;
  for (const char c : text.substr(0, 4)) value = value * 16 + static_cast<uint32_t>(HexValue(c));
  return value;
}

void AppendUtf8(uint32_t code, std::string* out) {
  if (code < 0x80) {
    out->push_back(static_cast<char>(code));
    return;
  }
  if (code < 0x800) {
    out->push_back(static_cast<char>(0xC0 | code >> 6));
  } else {
    if (code < 0x10000) {
      out->push_back(static_cast<char>(0xE0 | code >> 12));
    } else {
      out->push_back(static_cast<char>(0xF0 | code >> 18));
      out->push_back(static_cast<char>(0x80 | (code >> 12 & 0x3F)));
    }
    out->push_back(static_cast<char>(0x80 | (code >> 6 & 0x3F)));
  }
  out->push_back(static_cast<char>(0x80 | (code & 0x3F)));
}

}  // namespace

std::optional<size_t> JsonValueLength(std::string_view text) {
  return Checker(text).Run();
}

std::string_view TrimJsonBlanks(std::string_view text) {
  while (!text.empty() && IsBlank(text.front())) text.remove_prefix(1);
  while (!text.empty() && IsBlank(text.back())) text.remove_suffix(1);
  return text;
}

std::string DecodeJsonString(std::string_view quoted) {
  const auto text = quoted.substr(1, quoted.size() - 2);
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\') {
      out.push_back(text[i]);
      continue;
    }
    switch (text[++i]) {
      case 'b':
        out.push_back('\b');
        break;
      case 'f':
        out.push_back('\f');
        break;
      case 'n':
        out.push_back('\n');
        break;
      case 'r':
        out.push_back('\r');
        break;
      case 't':
        out.push_back('\t');
        break;
      case 'u': {
        uint32_t code = ReadHex4(text.substr(i + 1));
        i += 4;
        const bool high = code >= 0xD800 && code < 0xDC00;
        if (high && text.substr(i + 1, 2) == "\\u") {
          const uint32_t low = ReadHex4(text.substr(i + 3));
          if (low >= 0xDC00 && low < 0xE000) {
            code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
            i += 6;
          }
        }
        AppendUtf8(code, &out);
        break;
      }
      default:
        out.push_back(text[i]);
    }
  }
  return out;
}

JsonWalk::JsonWalk(std::string_view container)
    : rest_(container.substr(1)), object_(container.front() == '{') {}

bool JsonWalk::Next() {
  const auto skip = [&](char also) {
    while (!rest_.empty() && (IsBlank(rest_.front()) || rest_.front() == also)) rest_.remove_prefix(1);
  };
  const auto take = [&] {
    const auto part = rest_.substr(0, JsonValueLength(rest_).value_or(0));
    rest_.remove_prefix(part.size());
    return part;
  };
  skip(',');
  if (rest_.empty() || rest_.front() == '}' || rest_.front() == ']') return false;
  if (object_) {
    key_ = take();
    skip(':');
  }
  value_ = take();
  return true;
}

}  // namespace redshift_local
