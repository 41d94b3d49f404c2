// JSON text as it stands: checked, cut into its parts, never rebuilt. So digits, blanks and bad bytes inside
// strings stay what they are until a column asks for them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace redshift_local {

/// Where the value at the front of `text` ends: objects, arrays, strings, numbers, true, false, null, by the
/// grammar of JSON. Strings may hold bytes that are no UTF-8. Nothing when there is none. Depth is limited to
/// kMaxJsonDepth.
std::optional<size_t> JsonValueLength(std::string_view text);
inline constexpr int kMaxJsonDepth = 1000;

/// The bytes without blanks around them.
std::string_view TrimJsonBlanks(std::string_view text);

/// What a JSON string says; `quoted` is a good one, with its quotes. A surrogate that stands alone becomes
/// bytes that are no UTF-8.
std::string DecodeJsonString(std::string_view quoted);

/// Walks through the members of a good object, or the elements of a good array.
class JsonWalk {
 public:
  /// `container` begins with { or [.
  explicit JsonWalk(std::string_view container);

  /// False at the end.
  bool Next();
  /// With its quotes; only in an object.
  std::string_view key() const { return key_; }
  std::string_view value() const { return value_; }

 private:
  std::string_view rest_;
  bool object_;
  std::string_view key_;
  std::string_view value_;
};

}  // namespace redshift_local
