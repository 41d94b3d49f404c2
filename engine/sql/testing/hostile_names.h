// For tests only: names made to break out of a statement.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace redshift::testing {

inline std::string Repeat(std::string_view piece, int times) {
  std::string text;
  for (int i = 0; i < times; ++i) text += piece;
  return text;
}

/// Redshift can have all of these, in quotes; ASCII letters are lower-case. At most 127 bytes.
inline std::vector<std::string> HostileNames() {
  return {"\"", "\"\"", "a\"b", "\"; drop table victim; --", "'", "a''b", "'; drop table victim; --", "\\",
          "a\\", "\\'", "\\\"; drop table victim; --", "a\\nb\\0", "--", "-- a", "/*", "/* a */", "*/", "$$",
          "$a$ b $a$", "$1", "?", ";", "a,b", "(a)", "a.b", "a b", " a ", "%s%n", "{}", "{0}", "*", "select",
          "null", "e'a'", "u&\"a\"", "100%",
          // 127 bytes, in ASCII and otherwise
          Repeat("x", 127), Repeat("\"", 127), Repeat("\xC3\xA4", 63) + "x",
          // look-alikes: Cyrillic a; full-width quotes; modifier apostrophe; long s; dotted I; ligature
          "\xD0\xB0", "\xEF\xBC\x82", "\xEF\xBC\x87", "\xCA\xBC", "\xC5\xBF", "\xC4\xB0", "\xEF\xAC\x80",
          // the same letter composed and not, a blank that is none, nothing at all, right to left, an emoji
          "\xC3\xA9", "e\xCC\x81", "\xC2\xA0", "a\xE2\x80\x8B", "\xE2\x80\xAE cba", "\xEF\xBB\xBF a",
          "\xF0\x9F\x9A\x80"};
}

/// Redshift cannot have these, or would take them for others.
inline std::vector<std::string> ImpossibleNames() {
  return {"",
          "a\nb",
          "a\rb",
          "a\tb",
          std::string("a\0b", 3),
          "\x1B[31m",
          "a\x7F",
          Repeat("x", 128),
          Repeat("\xC3\xA4", 64)};
}

}  // namespace redshift::testing
