#include "local/copy/record_splitter.h"

#include <cstring>

namespace redshift_local {
namespace {

bool IsBlank(char c) {
  return c == ' ' || c == '\t';
}

// Collects unescaped text; its memory never moves while one record is split, so views into it stay good.
class Scratch {
 public:
  void Reset(size_t most) {
    text_.clear();
    text_.reserve(most);
  }
  size_t size() const { return text_.size(); }
  void Append(char c) { text_ += c; }
  std::string_view From(size_t start) const { return std::string_view(text_).substr(start); }

 private:
  std::string text_;
};

class CsvSplitter : public RecordSplitter {
 public:
  CsvSplitter(char delimiter, char quote) : delimiter_(delimiter), quote_(quote) {}

  bool Split(std::string_view record, std::vector<FieldView>* fields, FieldError* error) override {
    fields->clear();
    scratch_.Reset(record.size());
    const char* at = record.data();
    const char* const end = at + record.size();
    for (;;) {
      const char* const start = at;
      const char* open = at;
      while (open < end && IsBlank(*open) && *open != delimiter_) ++open;
      if (open < end && *open == quote_) {
        FieldView field;
        if (!SplitQuoted(open, end, &at, &field)) {
          *error = {load_code::kDelimiterNotFound, "Invalid quote formatting for CSV"};
          return false;
        }
        field.raw = {start, static_cast<size_t>(at - start)};
        fields->push_back(field);
      } else {
        bool stray_quote = false;
        while (at < end && *at != delimiter_) {
          stray_quote |= *at == quote_;
          ++at;
        }
        if (stray_quote) {
          *error = {load_code::kDelimiterNotFound, "Invalid quote formatting for CSV"};
          return false;
        }
        const std::string_view text(start, static_cast<size_t>(at - start));
        fields->push_back({text, text, false});
      }
      if (at == end) return true;
      ++at;  // the delimiter
    }
  }

 private:
  // Leaves *at at the delimiter or the end.
  bool SplitQuoted(const char* open, const char* end, const char** at, FieldView* field) {
    field->quoted = true;
    const char* const start = open + 1;
    const size_t kept = scratch_.size();
    bool doubled = false;
    for (const char* p = start;;) {
      const auto* close = static_cast<const char*>(std::memchr(p, quote_, static_cast<size_t>(end - p)));
      if (close == nullptr) return false;
      if (close + 1 < end && close[1] == quote_) {
        if (!doubled) p = start;
        for (; p <= close; ++p) scratch_.Append(*p);
        doubled = true;
        p = close + 2;
        continue;
      }
      if (doubled) {
        for (; p < close; ++p) scratch_.Append(*p);
        field->text = scratch_.From(kept);
      } else {
        field->text = {start, static_cast<size_t>(close - start)};
      }
      *at = close + 1;
      return *at == end || **at == delimiter_;
    }
  }

  char delimiter_;
  char quote_;
  Scratch scratch_;
};

class TextSplitter : public RecordSplitter {
 public:
  TextSplitter(char delimiter, bool escape, bool remove_quotes)
      : delimiter_(delimiter), escape_(escape), remove_quotes_(remove_quotes) {}

  bool Split(std::string_view record, std::vector<FieldView>* fields, FieldError* error) override {
    fields->clear();
    scratch_.Reset(record.size());
    const char* at = record.data();
    const char* const end = at + record.size();
    for (;;) {
      const char* const start = at;
      FieldView field;
      if (remove_quotes_ && at < end && (*at == '\'' || *at == '"')) {
        const char* close = FindClosingQuote(at, end);
        if (close == nullptr) {
          *error = {load_code::kDelimiterNotFound, "Quote has no closing quote (REMOVEQUOTES)"};
          return false;
        }
        field.quoted = true;
        field.text = Unescape({at + 1, static_cast<size_t>(close - at - 1)});
        at = close + 1;
      } else {
        at = FindDelimiter(at, end);
        field.text = Unescape({start, static_cast<size_t>(at - start)});
      }
      field.raw = {start, static_cast<size_t>(at - start)};
      fields->push_back(field);
      if (at == end) return true;
      ++at;
    }
  }

 private:
  const char* FindDelimiter(const char* at, const char* end) const {
    if (!escape_) {
      while (at < end && *at != delimiter_) ++at;
      return at;
    }
    while (at < end && *at != delimiter_) at += *at == '\\' && at + 1 < end ? 2 : 1;
    return at;
  }

  // The quote that stands before a delimiter or the end: one layer is taken away, quotes inside stay.
  const char* FindClosingQuote(const char* open, const char* end) const {
    for (const char* p = open + 1; p < end; ++p) {
      if (escape_ && *p == '\\') {
        ++p;
        continue;
      }
      if (*p == *open && (p + 1 == end || p[1] == delimiter_)) return p;
    }
    return nullptr;
  }

  std::string_view Unescape(std::string_view text) {
    if (!escape_ || text.find('\\') == std::string_view::npos) return text;
    const size_t kept = scratch_.size();
    for (size_t i = 0; i < text.size(); ++i) {
      if (text[i] == '\\' && i + 1 < text.size()) ++i;
      scratch_.Append(text[i]);
    }
    return scratch_.From(kept);
  }

  char delimiter_;
  bool escape_;
  bool remove_quotes_;
  Scratch scratch_;
};

}  // namespace

std::unique_ptr<RecordSplitter> MakeRecordSplitter(const CopyStatement& statement) {
  if (statement.format == CopyFormat::kCsv) {
    return std::make_unique<CsvSplitter>(statement.delimiter, statement.quote);
  }
  return std::make_unique<TextSplitter>(statement.delimiter, statement.Has(CopyOption::kEscape),
                                        statement.Has(CopyOption::kRemoveQuotes));
}

}  // namespace redshift_local
