#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace redshift {

enum class OptionKind { kBool, kInteger, kText, kSecret, kDuration, kByteSize, kEnum };

/// The chapters of the documentation, in its order.
enum class OptionGroup { kConnection, kSink, kCopy, kCommit, kRead, kAws };

/// One value of an enumeration, or of a switch that cannot be switched yet.
struct OptionValue {
  std::string_view name;
  std::string_view help;
  bool later = false;  // known, but refused as "not supported yet"
};

/// All there is to know about one option. Checks, generated Java and generated documentation read this.
struct OptionSpec {
  std::string_view key;
  OptionGroup group;
  OptionKind kind;
  std::string_view help;               // one or more sentences for users; `code` in backticks
  std::string_view default_text = {};  // as a user would write it; empty: there is no default
  std::string_view default_note = {};  // what happens instead of a constant default; empty: nothing to say
  std::vector<std::string_view> aliases = {};         // other spellings of the key
  std::vector<std::string_view> switch_aliases = {};  // true is the second value of `values`, false the first
  std::string_view enum_name = {};                    // kEnum: the name of the enumeration in C++ and Java
  std::vector<OptionValue> values = {};               // kEnum: all of them; kBool: only where one is `later`
  int64_t min = 0;                                    // kInteger; kDuration: milliseconds; kByteSize: bytes
  int64_t max = 0;
  std::string_view required = {};  // when it must be given: "always", "in copy mode"; empty: never
  bool later = false;              // the whole option is refused as "not supported yet"
};

/// The option table, in the order of the documentation.
std::span<const OptionSpec> OptionTable();

/// The option of that key, not of an alias; nullptr when there is none.
const OptionSpec* FindOption(std::string_view key);

}  // namespace redshift
