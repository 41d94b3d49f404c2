#include "engine/sql/statement.h"

#include <array>

namespace redshift {
namespace {

constexpr std::string_view kMask = "***";
constexpr size_t kShortestSecret = 8;
/// Pieces of a long secret that a cut message may hold.
constexpr size_t kShortestPiece = 8;
constexpr size_t kLongSecret = 16;

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

/// As QuoteLiteral writes it.
std::string Doubled(std::string_view secret) {
  std::string doubled;
  for (char c : secret) {
    if (c == '\'' || c == '\\') doubled += c;
    doubled += c;
  }
  return doubled;
}

/// A server that quotes a statement may begin or end in the middle of a secret.
void MaskPieces(std::string* text, std::string_view secret) {
  for (size_t at = 0; at + kShortestPiece <= text->size();) {
    size_t place = secret.find(std::string_view(*text).substr(at, kShortestPiece));
    if (place == std::string_view::npos) {
      ++at;
      continue;
    }
    size_t end = at + kShortestPiece;
    place += kShortestPiece;
    while (end < text->size() && place < secret.size() && (*text)[end] == secret[place]) {
      ++end;
      ++place;
    }
    text->replace(at, end - at, kMask);
    at += kMask.size();
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
  // Whole ones first: secrets may share pieces, as session tokens share their beginning.
  for (const std::string& secret : secrets) {
    if (secret.size() < kShortestSecret) continue;
    ReplaceAll(&masked, secret);
    ReplaceAll(&masked, Doubled(secret));
  }
  for (const std::string& secret : secrets) {
    if (secret.size() >= kLongSecret) MaskPieces(&masked, Doubled(secret));
  }
  MaskKeywordLiterals(&masked);
  MaskAssignments(&masked);
  return masked;
}

}  // namespace redshift
