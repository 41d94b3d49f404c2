#include "engine/sql/copy_parameters.h"

#include <algorithm>
#include <array>
#include <utility>

#include "engine/sql/literal.h"

namespace redshift {
namespace {

enum class Argument { kNone, kCharacter, kSwitch, kPresetOrSwitch };

struct Known {
  std::string_view name;
  CopyParameterKind kind;
  Argument argument;
  bool changes_values;
  bool parquet;  // Redshift: "COPY from columnar data formats"
};

constexpr std::array<Known, 7> kKnown = {{
    {"ACCEPTINVCHARS", CopyParameterKind::kAcceptInvChars, Argument::kCharacter, true, true},
    {"TRUNCATECOLUMNS", CopyParameterKind::kTruncateColumns, Argument::kNone, true, false},
    {"TRIMBLANKS", CopyParameterKind::kTrimBlanks, Argument::kNone, true, false},
    {"ROUNDEC", CopyParameterKind::kRoundDec, Argument::kNone, true, false},
    {"ACCEPTANYDATE", CopyParameterKind::kAcceptAnyDate, Argument::kNone, true, false},
    {"COMPUPDATE", CopyParameterKind::kCompUpdate, Argument::kPresetOrSwitch, false, false},
    {"STATUPDATE", CopyParameterKind::kStatUpdate, Argument::kSwitch, false, true},
}};

const Known& Of(CopyParameterKind kind) {
  return *std::find_if(kKnown.begin(), kKnown.end(), [&](const Known& known) { return known.kind == kind; });
}

/// A word in upper case, or a text in quotes without them.
struct Token {
  std::string text;
  bool quoted = false;
};

arrow::Result<std::vector<Token>> Split(std::string_view text) {
  constexpr std::string_view kBetween = " \t\r\n,";
  std::vector<Token> tokens;
  for (size_t i = 0; i < text.size();) {
    if (kBetween.find(text[i]) != std::string_view::npos) {
      ++i;
    } else if (text[i] == '\'') {
      Token token{.text = "", .quoted = true};
      for (++i;; ++i) {
        if (i == text.size()) return arrow::Status::Invalid("a quote is not closed");
        if (text[i] == '\'') {
          if (i + 1 == text.size() || text[i + 1] != '\'') break;
          ++i;
        }
        token.text += text[i];
      }
      ++i;
      tokens.push_back(std::move(token));
    } else {
      Token token;
      for (; i < text.size() && text[i] != '\'' && kBetween.find(text[i]) == std::string_view::npos; ++i) {
        token.text += text[i] >= 'a' && text[i] <= 'z' ? static_cast<char>(text[i] - 'a' + 'A') : text[i];
      }
      tokens.push_back(std::move(token));
    }
  }
  return tokens;
}

/// Reads what may follow a parameter's name.
class ArgumentReader {
 public:
  ArgumentReader(const std::vector<Token>& tokens, size_t* position)
      : tokens_(tokens), position_(*position) {}

  arrow::Result<std::string> Read(const Known& known) {
    switch (known.argument) {
      case Argument::kNone:
        return std::string();
      case Argument::kCharacter:
        return Character(known);
      case Argument::kPresetOrSwitch:
        if (Take("PRESET")) return std::string(" PRESET");
        [[fallthrough]];
      case Argument::kSwitch:
        if (Take("ON") || Take("TRUE")) return std::string(" ON");
        if (Take("OFF") || Take("FALSE")) return std::string(" OFF");
        return std::string();
    }
    return std::string();
  }

 private:
  bool Take(std::string_view word) {
    if (position_ == tokens_.size() || tokens_[position_].quoted || tokens_[position_].text != word)
      return false;
    ++position_;
    return true;
  }

  arrow::Result<std::string> Character(const Known& known) {
    const bool as = Take("AS");
    if (position_ == tokens_.size() || !tokens_[position_].quoted) {
      if (as) return arrow::Status::Invalid(known.name, " AS needs a character in quotes");
      return std::string();
    }
    const std::string& text = tokens_[position_++].text;
    if (text.size() != 1 || text[0] < 0x20 || text[0] > 0x7e) {
      return arrow::Status::Invalid(known.name, " takes one visible ASCII character in quotes");
    }
    ARROW_ASSIGN_OR_RAISE(std::string literal, QuoteLiteral(text, "replacement character"));
    return " AS " + literal;
  }

  const std::vector<Token>& tokens_;
  size_t& position_;
};

std::string Names(bool parquet) {
  std::string names;
  for (const Known& known : kKnown) {
    if (parquet && !known.parquet) continue;
    if (!names.empty()) names += ", ";
    names += known.name;
  }
  return names;
}

}  // namespace

arrow::Result<std::vector<CopyParameter>> ParseCopyParameters(std::string_view text) {
  ARROW_ASSIGN_OR_RAISE(const std::vector<Token> tokens, Split(text));
  std::vector<CopyParameter> parameters;
  for (size_t i = 0; i < tokens.size();) {
    const Token& token = tokens[i++];
    const auto* known = std::find_if(kKnown.begin(), kKnown.end(), [&](const Known& one) {
      return !token.quoted && one.name == token.text;
    });
    if (known == kKnown.end()) {
      return arrow::Status::Invalid("'", token.text, "' cannot be given; allowed are ",
                                    Names(/*parquet=*/false));
    }
    if (Contains(parameters, known->kind)) {
      return arrow::Status::Invalid(known->name, " stands there twice");
    }
    ARROW_ASSIGN_OR_RAISE(std::string argument, ArgumentReader(tokens, &i).Read(*known));
    parameters.push_back({known->kind, std::string(known->name) + argument});
  }
  return parameters;
}

bool Contains(const std::vector<CopyParameter>& parameters, CopyParameterKind kind) {
  return std::any_of(parameters.begin(), parameters.end(),
                     [&](const CopyParameter& parameter) { return parameter.kind == kind; });
}

arrow::Status CheckCopyParameters(const std::vector<CopyParameter>& parameters, bool has_key, bool parquet) {
  for (const CopyParameter& parameter : parameters) {
    const Known& known = Of(parameter.kind);
    if (has_key && known.changes_values) {
      return arrow::Status::Invalid(known.name,
                                    " changes values while they are loaded, which a table with a PRIMARY KEY "
                                    "does not allow: changes of one key would no longer find each other");
    }
    if (parquet && !known.parquet) {
      return arrow::Status::Invalid(known.name,
                                    " is not for Parquet: with 'sink.copy.format' = 'parquet' "
                                    "allowed are ",
                                    Names(/*parquet=*/true));
    }
  }
  return arrow::Status::OK();
}

}  // namespace redshift
