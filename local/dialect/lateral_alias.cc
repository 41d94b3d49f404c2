// Names that a select list gives, used in WHERE or further on in the list, as the drivers' catalogue queries
// do.
#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "local/dialect/rules.h"

namespace redshift_local {
namespace {

struct Alias {
  std::string name;
  size_t first = 0;
  size_t last = 0;
};

bool ReadsCatalogs(const Rewriter& sql) {
  for (size_t i = 0; i < sql.size(); ++i) {
    if (sql[i].IsWord("from") || sql[i].IsWord("join")) {
      const std::string& name = sql[i + 1].value;
      if (name.starts_with("pg_") || name.starts_with("svv_")) return true;
    }
  }
  return false;
}

bool Contains(const Rewriter& sql, const Alias& alias) {
  for (size_t i = alias.first; i < alias.last; ++i) {
    if (sql[i].IsName() && sql[i].value == alias.name) return true;
  }
  return false;
}

bool EndsQuery(const Token& token) {
  return token.IsWord("union") || token.IsWord("intersect") || token.IsWord("except") ||
         token.IsWord("minus") || token.IsWord("group") || token.IsWord("order") || token.IsWord("having") ||
         token.IsWord("limit");
}

// One SELECT: its list from `at` on, then its WHERE.
class SelectReader {
 public:
  SelectReader(Rewriter& sql, size_t at) : sql_(sql), at_(at) {}

  void Read() {
    bool in_list = true;
    bool in_where = false;
    size_t item = at_;
    int depth = 0;
    for (; at_ < sql_.size(); ++at_) {
      const Token& token = sql_[at_];
      if (token.Is("(") && sql_[at_ + 1].IsWord("select")) {
        at_ = sql_.After(at_) - 1;  // has names of its own
        continue;
      }
      if (token.Is("(")) ++depth;
      if (token.Is(")") && --depth < 0) return;
      if (depth == 0 && (EndsQuery(token) || token.Is(";"))) return;
      if (depth == 0 && in_list && (token.Is(",") || token.IsWord("from"))) {
        if (at_ >= item + 3 && sql_[at_ - 2].IsWord("as"))
          aliases_.push_back({sql_[at_ - 1].value, item, at_ - 2});
        item = at_ + 1;
        in_list = !token.IsWord("from");
      } else if (depth == 0 && token.IsWord("where")) {
        in_where = true;
      } else if ((in_list || in_where) && token.IsName()) {
        ReplaceAlias(at_);
      }
    }
  }

 private:
  void ReplaceAlias(size_t at) {
    const bool is_part = sql_[at - 1].Is(".") || sql_[at + 1].Is(".") || sql_[at + 1].Is("(");
    if (is_part || sql_[at - 1].IsWord("as") || sql_.IsReplaced(at)) return;
    const auto found = std::find_if(aliases_.begin(), aliases_.end(),
                                    [&](const Alias& alias) { return alias.name == sql_[at].value; });
    // An expression over a column of the same name means that column.
    if (found == aliases_.end() || Contains(sql_, *found)) return;
    sql_.Replace(at, 1, "(" + sql_.Render(found->first, found->last) + ")");
  }

  Rewriter& sql_;
  size_t at_;
  std::vector<Alias> aliases_;
};

}  // namespace

void ReplaceLateralAliases(Rewriter& sql) {
  if (!ReadsCatalogs(sql)) return;
  for (size_t i = 0; i < sql.size(); ++i) {
    if (sql[i].IsWord("select")) SelectReader(sql, i + 1).Read();
  }
}

}  // namespace redshift_local
