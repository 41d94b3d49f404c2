#include "engine/sql/literal.h"

namespace redshift {

arrow::Result<std::string> QuoteLiteral(std::string_view text, std::string_view what) {
  std::string quoted = "'";
  quoted.reserve(text.size() + 2);
  for (char c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      return arrow::Status::Invalid("The ", what,
                                    " holds a control character, which no statement can carry.");
    }
    if (c == '\'' || c == '\\') quoted += c;
    quoted += c;
  }
  quoted += '\'';
  return quoted;
}

}  // namespace redshift
