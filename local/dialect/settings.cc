// SET, RESET and SHOW: names that Redshift has and PostgreSQL lacks live as redshift.<name>.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "local/dialect/rules.h"
#include "local/sql/lexer.h"

namespace redshift_local {
namespace {

struct Setting {
  std::string_view name;
  std::string_view otherwise;
  /// It would change values, and nothing here heeds it: only its default is taken.
  bool only_default = false;
};

constexpr std::array kSettings = {
    Setting{"query_group", "default"},
    Setting{"enable_case_sensitive_identifier", "off"},
    Setting{"enable_case_sensitive_super_attribute", "off"},
    Setting{"error_on_nondeterministic_update", "off"},
    Setting{"describe_field_name_in_uppercase", "off", true},
    Setting{"downcase_delimited_identifier", "on"},
    Setting{"enable_result_cache_for_session", "on"},
    Setting{"enable_numeric_rounding", "on", true},
    Setting{"enable_vacuum_boost", "off"},
    Setting{"json_parse_truncate_strings", "off", true},
    Setting{"json_parse_dedup_attributes", "off", true},
    Setting{"json_serialization_enable", "off"},
    Setting{"mv_enable_aqmv_for_session", "on"},
    Setting{"navigate_super_null_on_error", "on"},
    Setting{"activate_aqua", "auto"},
    Setting{"analyze_threshold_percent", "10"},
    Setting{"cast_super_null_on_error", "on"},
    Setting{"datashare_break_glass_session_var", ""},
    Setting{"default_geometry_encoding", "1"},
    Setting{"interval_forbid_composite_literals", "on"},
    Setting{"max_cursor_result_set_size", "0"},
    Setting{"parse_super_null_on_error", "off", true},
    Setting{"pg_federation_repeatable_read", "on"},
    Setting{"readonly", "0"},
    Setting{"spectrum_enable_pseudo_columns", "on"},
    Setting{"stored_proc_log_min_messages", "LOG"},
    Setting{"use_fips_ssl", "off"},
    Setting{"wlm_query_slot_count", "1"},
};

const Setting* Find(std::string_view name) {
  const auto found =
      std::find_if(kSettings.begin(), kSettings.end(), [&](const auto& s) { return s.name == name; });
  return found == kSettings.end() ? nullptr : &*found;
}

bool IsTrue(std::string_view value) {
  const std::string folded = FoldCase(value);
  return folded == "true" || folded == "on" || folded == "1" || folded == "t" || folded == "yes";
}

std::string ValueOf(const Token& token) {
  return token.kind == TokenKind::kNumber ? std::string(token.text) : token.value;
}

void NoteValue(std::string_view name, const std::string& value, Statement* statement) {
  if (name == "query_group") statement->query_group = value;
  if (name == "enable_case_sensitive_identifier") statement->case_sensitive = IsTrue(value);
  if (name == "error_on_nondeterministic_update") statement->checks_matches = IsTrue(value);
}

bool UnderstandSet(Rewriter& sql, Statement* statement) {
  size_t at = 1;
  if (sql[at].IsWord("session") || sql[at].IsWord("local")) ++at;
  if (sql[at].IsWord("characteristics") || sql[at].IsWord("transaction")) {
    const bool for_session = sql[at].IsWord("characteristics");
    if (for_session && (!sql[at + 1].IsWord("as") || !sql[at + 2].IsWord("transaction")))
      RefuseSyntax(sql[at + 1]);
    const std::string access = ReadTransactionModes(sql, at + (for_session ? 3 : 1));
    statement->sql =
        access.empty()
            ? kNothing
            : (for_session ? "set session characteristics as transaction" : "set transaction") + access;
    statement->tag = "SET";
    return true;
  }
  if (sql[at].IsWord("transaction_isolation") || sql[at].IsWord("default_transaction_isolation")) {
    statement->sql = kNothing;
    statement->tag = "SET";
    return true;
  }
  const Token& name = sql[at];
  if (name.IsWord("extra_float_digits") && sql[at + 2].kind == TokenKind::kNumber &&
      sql[at + 2].text.size() < 3 && std::stoi(std::string(sql[at + 2].text)) > 2) {
    Refuse("22023",
           fmt::format("{} is outside the valid range for parameter \"extra_float_digits\" (-15 .. 2)",
                       sql[at + 2].text));
  }
  const Setting* setting = name.IsName() ? Find(name.value) : nullptr;
  if (setting == nullptr) return false;
  if (!sql[at + 1].IsWord("to") && !sql[at + 1].Is("=")) RefuseSyntax(sql[at + 1]);
  std::string value = ValueOf(sql[at + 2]);
  if (sql[at + 2].IsWord("default")) value = setting->otherwise;
  if (at + 2 >= sql.size() || at + 3 < sql.size()) RefuseSyntax(sql[at + 2 < sql.size() ? at + 3 : at + 2]);
  if (setting->only_default && IsTrue(value) != IsTrue(setting->otherwise)) {
    Refuse("0A000", fmt::format("{} can only be {}: the other is not supported yet by redshift-local.",
                                setting->name, setting->otherwise));
  }
  NoteValue(setting->name, value, statement);
  statement->sql = fmt::format("set {}redshift.{} to {}", sql[1].IsWord("local") ? "local " : "",
                               setting->name, QuoteLiteral(value));
  return true;
}

}  // namespace

bool UnderstandSetting(Rewriter& sql, Statement* statement) {
  if (sql[0].IsWord("set")) return UnderstandSet(sql, statement);
  if (sql[0].IsWord("reset")) {
    const Setting* setting = Find(sql[1].value);
    if (sql[1].IsWord("all")) NoteValue("query_group", "default", statement);
    if (setting == nullptr) return false;
    NoteValue(setting->name, std::string(setting->otherwise), statement);
    statement->sql = fmt::format("set redshift.{} to {}", setting->name, QuoteLiteral(setting->otherwise));
    statement->tag = "RESET";
    return true;
  }
  if (sql[0].IsWord("show") && sql.size() == 2) {
    if (sql[1].IsWord("server_version")) {
      statement->sql = "select '8.0.2'::text as server_version";
      statement->tag = "SHOW";
      return true;
    }
    const Setting* setting = Find(sql[1].value);
    if (setting == nullptr) return false;
    statement->sql =
        fmt::format("select coalesce(nullif(current_setting('redshift.{0}', true), ''), {1})::text as {0}",
                    setting->name, QuoteLiteral(setting->otherwise));
    statement->tag = "SHOW";
    return true;
  }
  return false;
}

}  // namespace redshift_local
