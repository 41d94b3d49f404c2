#include "local/dialect/update_join.h"

#include <fmt/format.h>

#include <set>
#include <string>
#include <string_view>

namespace redshift_local {
namespace {

using nlohmann::json;

const json* Child(const json& node, const char* name) {
  const auto found = node.is_object() ? node.find(name) : node.end();
  return node.is_object() && found != node.end() ? &*found : nullptr;
}

bool NamesTable(const json& node, std::string_view table) {
  if (const json* range = Child(node, "RangeVar")) return range->value("relname", "") == table;
  if (!node.is_structured()) return false;
  for (const json& item : node) {
    if (NamesTable(item, table)) return true;
  }
  return false;
}

bool JoinsOuter(const json& node, std::string_view table) {
  if (const json* join = Child(node, "JoinExpr")) {
    const std::string type = join->value("jointype", "");
    const bool is_outer = type == "JOIN_LEFT" || type == "JOIN_RIGHT" || type == "JOIN_FULL";
    if (is_outer && NamesTable(*join, table)) return true;
  }
  if (!node.is_structured()) return false;
  for (const json& item : node) {
    if (JoinsOuter(item, table)) return true;
  }
  return false;
}

// What stands before the dots of the columns in an expression; "" for a column without.
void CollectQualifiers(const json& node, std::set<std::string>* qualifiers) {
  if (const json* column = Child(node, "ColumnRef")) {
    const json& fields = (*column)["fields"];
    const size_t at = fields.size() >= 2 ? fields.size() - 2 : fields.size();
    qualifiers->insert(at < fields.size() ? fields[at].value("String", json::object()).value("sval", "")
                                          : "");
    return;
  }
  if (!node.is_structured()) return;
  for (const json& item : node) CollectQualifiers(item, qualifiers);
}

bool IsEquijoin(const json& condition, const std::string& target) {
  if (const json* both = Child(condition, "BoolExpr")) {
    if (both->value("boolop", "") != "AND_EXPR") return false;
    for (const json& argument : (*both)["args"]) {
      if (IsEquijoin(argument, target)) return true;
    }
    return false;
  }
  const json* comparison = Child(condition, "A_Expr");
  if (comparison == nullptr || comparison->value("kind", "") != "AEXPR_OP") return false;
  if ((*comparison)["name"].back().value("String", json::object()).value("sval", "") != "=") return false;
  std::set<std::string> left;
  std::set<std::string> right;
  CollectQualifiers((*comparison)["lexpr"], &left);
  CollectQualifiers((*comparison)["rexpr"], &right);
  // A column without qualifier may be of any table.
  const auto may_be = [&](const std::set<std::string>& side, bool of_target) {
    for (const std::string& qualifier : side) {
      if (qualifier.empty() || (qualifier == target) == of_target) return true;
    }
    return false;
  };
  return (may_be(left, true) && may_be(right, false)) || (may_be(right, true) && may_be(left, false));
}

// The first of these words outside of parentheses, from `at` on.
size_t FindWord(const Rewriter& sql, size_t at, std::string_view word) {
  int depth = 0;
  for (; at < sql.size(); ++at) {
    if (sql[at].Is("(")) ++depth;
    if (sql[at].Is(")")) --depth;
    if (depth == 0 && sql[at].IsWord(word)) return at;
  }
  return sql.size();
}

}  // namespace

void RefuseUpdateWithoutEquijoin(const json& update) {
  const json* from = Child(update, "fromClause");
  if (from == nullptr || from->empty()) return;
  const json& relation = update["relation"];
  const std::string table = relation.value("relname", "");
  const std::string target = relation.value("alias", json::object()).value("aliasname", table);
  const json* condition = Child(update, "whereClause");
  if (JoinsOuter(*from, table) || condition == nullptr || !IsEquijoin(*condition, target)) {
    Refuse("0A000", "Target table must be part of an equijoin predicate");
  }
}

void CheckForSeveralMatches(const Rewriter& sql, Statement* statement) {
  const size_t verb = FindWord(sql, 0, "update");
  const size_t set = FindWord(sql, verb, "set");
  const size_t from = FindWord(sql, set, "from");
  if (from == sql.size()) return;
  if (!statement->parameters.empty()) {
    Refuse("0A000",
           "UPDATE ... FROM with parameters is not supported yet by redshift-local while "
           "error_on_nondeterministic_update is on");
  }
  // The last name is the alias or the table itself.
  const std::string target = sql.Render(set - 1, set);
  statement->before.push_back(fmt::format(
      "{} select local.refuse('XX000', 'Found multiple matches to update the same tuple.') from (select "
      "1 from {}, {} group by {}.ctid having count(*) > 1 limit 1) as found",
      sql.Render(0, verb), sql.Render(verb + 1, set), sql.Render(from + 1, sql.size()), target));
}

}  // namespace redshift_local
