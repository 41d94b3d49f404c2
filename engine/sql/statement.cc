#include "engine/sql/statement.h"

#include <array>

namespace redshift {
namespace {

constexpr std::string_view kMask = "***";
constexpr size_t kShortestSecret = 4;

bool EqualsIgnoreCase(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (size_t i = 0; i < a.size(); ++i) {
    char x = a[i];
    char y = b[i];
    if (x >= 'A' && x <= 'Z') x = static_cast<char>(x - 'A' + 'a');
    if (y >= 'A' && y <= 'Z') y = static_cast<char>(y - 'A' + 'a');
    if (x != y) return false;
  }
  return true;
}

/// Keywords whose next literal is a secret.
constexpr std::array<std::string_view, 5> kKeywords = {"access_key_id", "secret_access_key", "session_token",
                                                       "credentials", "master_symmetric_key"};
/// Keys of the legacy credentials string; the secret ends at ; ' or the end.
constexpr std::array<std::string_view, 4> kAssignments = {
    "aws_access_key_id=", "aws_secret_access_key=", "token=", "master_symmetric_key="};

void ReplaceAll(std::string* text, std::string_view from) {
  for (size_t at = text->find(from); at != std::string::npos; at = text->find(from, at + kMask.size())) {
    text->replace(at, from.size(), kMask);
  }
}

void MaskKeywordLiterals(std::string* text) {
  for (std::string_view keyword : kKeywords) {
    size_t at = 0;
    while (at + keyword.size() <= text->size()) {
      if (!EqualsIgnoreCase(std::string_view(*text).substr(at, keyword.size()), keyword)) {
        ++at;
        continue;
      }
      size_t open = at + keyword.size();
      while (open < text->size() &&
             ((*text)[open] == ' ' || (*text)[open] == '\n' || (*text)[open] == '\t')) {
        ++open;
      }
      if (EqualsIgnoreCase(std::string_view(*text).substr(open, 2), "as")) {
        open += 2;
        while (open < text->size() && (*text)[open] == ' ') ++open;
      }
      if (open >= text->size() || (*text)[open] != '\'') {
        at = open;
        continue;
      }
      size_t close = open + 1;
      while (close < text->size()) {
        if ((*text)[close] == '\\') {
          close += 2;
          continue;
        }
        if ((*text)[close] == '\'') {
          if (close + 1 < text->size() && (*text)[close + 1] == '\'') {
            close += 2;
            continue;
          }
          break;
        }
        ++close;
      }
      if (close > text->size()) close = text->size();
      text->replace(open + 1, close - open - 1, kMask);
      at = open + 1 + kMask.size();
    }
  }
}

void MaskAssignments(std::string* text) {
  for (std::string_view key : kAssignments) {
    size_t at = 0;
    while (at + key.size() <= text->size()) {
      if (!EqualsIgnoreCase(std::string_view(*text).substr(at, key.size()), key)) {
        ++at;
        continue;
      }
      const size_t begin = at + key.size();
      size_t end = begin;
      while (end < text->size() && (*text)[end] != ';' && (*text)[end] != '\'' && (*text)[end] != ' ') ++end;
      text->replace(begin, end - begin, kMask);
      at = begin + kMask.size();
    }
  }
}

}  // namespace

std::string MaskSecrets(std::string_view message, const std::vector<std::string>& secrets) {
  std::string masked(message);
  for (const std::string& secret : secrets) {
    if (secret.size() >= kShortestSecret) ReplaceAll(&masked, secret);
  }
  MaskKeywordLiterals(&masked);
  MaskAssignments(&masked);
  return masked;
}

}  // namespace redshift
