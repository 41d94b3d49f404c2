// MERGE: PostgreSQL's, within the narrower form of Redshift.
#include <fmt/format.h>

#include "local/dialect/rules.h"
#include "local/sql/lexer.h"

namespace redshift_local {
namespace {

class MergeReader {
 public:
  MergeReader(const Rewriter& sql, Statement* statement) : sql_(sql), statement_(statement) {}

  void Read() {
    Expect({"merge", "into"});
    const std::string target = ReadName();
    // An alias of the target is not part of the syntax.
    Expect({"using"});
    if (sql_[at_].Is("(")) {
      Refuse("0A000", "MERGE: a subquery as source is not supported yet by redshift-local");
    }
    const size_t source = at_;
    const std::string source_table = ReadName();
    statement_->before.push_back(fmt::format("select local.check_merge(to_regclass({}), to_regclass({}))",
                                             QuoteLiteral(target), QuoteLiteral(source_table)));
    if (sql_[at_].IsWord("as")) ++at_;
    if (!sql_[at_].IsWord("on")) ReadName();
    const size_t after_source = at_;
    Expect({"on"});
    const size_t condition = at_;
    while (at_ < sql_.size() && !sql_[at_].IsWord("when") && !sql_[at_].IsWord("remove")) {
      at_ = sql_[at_].Is("(") ? sql_.After(at_) : at_ + 1;
    }
    if (at_ == condition) RefuseSyntax(sql_[at_]);
    if (sql_[at_].IsWord("remove")) {
      ReadRemoveDuplicates(target, sql_.Render(source, after_source), sql_.Render(condition, at_),
                           source_table);
      return;
    }
    Expect({"when", "matched", "then"});
    if (!sql_[at_].IsWord("update") && !sql_[at_].IsWord("delete")) RefuseSyntax(sql_[at_]);
    SkipTo("when");
    Expect({"when", "not", "matched", "then", "insert"});
    if (sql_[at_].Is("(")) at_ = sql_.After(at_);
    Expect({"values"});
    SkipTo("when");
    if (at_ < sql_.size()) RefuseSyntax(sql_[at_]);
    statement_->sql = sql_.Render();
    statement_->tag = "MERGE";
  }

 private:
  void Expect(std::initializer_list<std::string_view> words) {
    for (std::string_view word : words) {
      if (!sql_[at_].IsWord(word)) RefuseSyntax(sql_[at_]);
      ++at_;
    }
  }

  std::string ReadName() {
    const size_t first = at_;
    while (true) {
      if (!sql_[at_].IsName()) RefuseSyntax(sql_[at_]);
      ++at_;
      if (!sql_[at_].Is(".")) break;
      ++at_;
    }
    return sql_.Render(first, at_);
  }

  // To this word outside of parentheses and CASE, or to the end.
  void SkipTo(std::string_view word) {
    int cases = 0;
    while (at_ < sql_.size() && (cases > 0 || !sql_[at_].IsWord(word))) {
      if (sql_[at_].IsWord("case")) ++cases;
      if (sql_[at_].IsWord("end")) --cases;
      at_ = sql_[at_].Is("(") ? sql_.After(at_) : at_ + 1;
    }
  }

  // What matches is replaced, the rest of the source added.
  void ReadRemoveDuplicates(const std::string& target, const std::string& source,
                            const std::string& condition, const std::string& source_table) {
    Expect({"remove", "duplicates"});
    if (at_ < sql_.size()) RefuseSyntax(sql_[at_]);
    statement_->before.push_back(fmt::format("delete from {} using {} where {}", target, source, condition));
    statement_->sql = fmt::format("insert into {} select * from {}", target, source_table);
    statement_->tag = "MERGE";
  }

  const Rewriter& sql_;
  Statement* statement_;
  size_t at_ = 0;
};

}  // namespace

bool UnderstandMerge(const Rewriter& sql, Statement* statement) {
  if (!sql[0].IsWord("merge")) return false;
  LockWrittenTables(sql, statement);
  MergeReader(sql, statement).Read();
  return true;
}

}  // namespace redshift_local
