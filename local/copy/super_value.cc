#include "local/copy/super_value.h"

#include <fmt/format.h>

#include <iterator>
#include <nlohmann/json.hpp>
#include <set>
#include <vector>

#include "local/copy/json_text.h"
#include "local/copy/text_value.h"

namespace redshift_local {
namespace {

// In front of every stored value that is not simply a string (local/system/25_redshift_types.sql).
constexpr char kJsonMark = '\x01';

// Writes what the parser finds, without blanks; nlohmann's interface names the methods.
class CompactWriter {
 public:
  using number_integer_t = nlohmann::json::number_integer_t;
  using number_unsigned_t = nlohmann::json::number_unsigned_t;
  using number_float_t = nlohmann::json::number_float_t;
  using string_t = nlohmann::json::string_t;
  using binary_t = nlohmann::json::binary_t;

  explicit CompactWriter(std::string* out) : out_(out) {}

  bool null() { return Literal("null"); }
  bool boolean(bool value) { return Literal(value ? "true" : "false"); }
  bool number_integer(number_integer_t value) { return Literal(fmt::format("{}", value)); }
  bool number_unsigned(number_unsigned_t value) { return Literal(fmt::format("{}", value)); }
  bool number_float(number_float_t, const string_t& digits) { return Literal(digits); }
  bool string(string_t& text) {
    if (!CheckLength(text)) return false;
    BeginValue();
    AppendJsonString(text, out_);
    return true;
  }
  bool binary(binary_t&) { return false; }
  bool start_object(size_t) { return Begin('{'); }
  bool key(string_t& text) {
    if (!CheckLength(text)) return false;
    if (!levels_.back().keys.insert(text).second) {
      problem_ = fmt::format("Duplicate attribute '{}' in a JSON object", text.substr(0, 40));
      return false;
    }
    BeginValue();
    AppendJsonString(text, out_);
    out_->push_back(':');
    levels_.back().after_key = true;
    return true;
  }
  bool end_object() { return End('}'); }
  bool start_array(size_t) { return Begin('['); }
  bool end_array() { return End(']'); }
  bool parse_error(size_t position, const std::string&, const nlohmann::json::exception&) {
    problem_ = fmt::format("Invalid JSON for a SUPER column at byte {}", position);
    return false;
  }

  const std::string& problem() const { return problem_; }

 private:
  struct Level {
    bool empty;
    bool after_key;
    std::set<std::string> keys;
  };

  void BeginValue() {
    if (levels_.empty()) return;
    auto& level = levels_.back();
    if (!level.after_key && !level.empty) out_->push_back(',');
    level.empty = false;
    level.after_key = false;
  }
  bool Literal(std::string_view text) {
    BeginValue();
    out_->append(text);
    return true;
  }
  bool Begin(char bracket) {
    if (levels_.size() == static_cast<size_t>(kMaxJsonDepth)) {
      problem_ = fmt::format("JSON for a SUPER column is nested deeper than {} levels", kMaxJsonDepth);
      return false;
    }
    BeginValue();
    out_->push_back(bracket);
    levels_.push_back({true, false, {}});
    return true;
  }
  bool End(char bracket) {
    out_->push_back(bracket);
    levels_.pop_back();
    return true;
  }
  bool CheckLength(const std::string& text) {
    if (static_cast<int64_t>(text.size()) <= kMaxSuperStringBytes) return true;
    problem_ = fmt::format("String value of {} bytes exceeds the max size of {} bytes", text.size(),
                           kMaxSuperStringBytes);
    return false;
  }

  std::string* out_;
  std::vector<Level> levels_;
  std::string problem_;
};

// `json` is compact and good.
void AppendChecked(std::string_view json, std::string* row) {
  if (json.starts_with('"')) {
    // A string is stored as what it says.
    const auto text = nlohmann::json::parse(json.begin(), json.end(), nullptr, false).get<std::string>();
    if (!text.starts_with(kJsonMark) && text.find('\0') == std::string::npos) {
      AppendEscaped(text, row);
      return;
    }
  }
  row->push_back(kJsonMark);
  AppendEscaped(json, row);
}

}  // namespace

void AppendJsonString(std::string_view text, std::string* out) {
  out->push_back('"');
  for (const char c : text) {
    switch (c) {
      case '"':
        out->append("\\\"");
        break;
      case '\\':
        out->append("\\\\");
        break;
      case '\b':
        out->append("\\b");
        break;
      case '\f':
        out->append("\\f");
        break;
      case '\n':
        out->append("\\n");
        break;
      case '\r':
        out->append("\\r");
        break;
      case '\t':
        out->append("\\t");
        break;
      default:
        if (static_cast<uint8_t>(c) < 0x20) {
          fmt::format_to(std::back_inserter(*out), "\\u{:04x}", static_cast<uint8_t>(c));
        } else {
          out->push_back(c);
        }
    }
  }
  out->push_back('"');
}

bool AppendSuper(std::string_view json, std::string* row, FieldError* error) {
  if (FindBadUtf8(json)) {
    *error = {load_code::kUtf8, "String contains invalid or unsupported UTF-8 codepoints"};
    return false;
  }
  std::string compact;
  CompactWriter writer(&compact);
  if (!nlohmann::json::sax_parse(json.begin(), json.end(), &writer)) {
    *error = {load_code::kJson, writer.problem()};
    return false;
  }
  if (static_cast<int64_t>(compact.size()) > kMaxSuperBytes) {
    *error = {load_code::kJson,
              fmt::format("The value has {} bytes; SUPER holds {}", compact.size(), kMaxSuperBytes)};
    return false;
  }
  AppendChecked(compact, row);
  return true;
}

}  // namespace redshift_local
