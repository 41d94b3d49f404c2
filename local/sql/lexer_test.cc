#include "local/sql/lexer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace redshift_local {
namespace {

using ::testing::ElementsAre;

std::vector<std::string> Texts(std::string_view sql) {
  auto lexed = Lex(sql);
  std::vector<std::string> texts;
  for (const Token& token : std::get<Tokens>(lexed)) texts.emplace_back(token.text);
  texts.pop_back();
  return texts;
}

std::string ValueOf(std::string_view sql) {
  auto lexed = Lex(sql);
  return std::get<Tokens>(lexed).at(0).value;
}

TEST(LexerTest, BackslashEscapesInPlainLiterals) {
  EXPECT_EQ(ValueOf(R"('a\'b')"), "a'b");
  EXPECT_EQ(ValueOf(R"('a''b')"), "a'b");
  EXPECT_EQ(ValueOf(R"('\\N')"), "\\N");
  EXPECT_EQ(ValueOf(R"('\t\n\001\x41')"), "\t\n\001A");
  EXPECT_EQ(ValueOf(R"('\q')"), "q");
  EXPECT_EQ(ValueOf(R"(E'\u00e9')"), "é");
}

TEST(LexerTest, LiteralsOnFollowingLinesAreOne) {
  EXPECT_EQ(ValueOf("'a'\n  'b'"), "ab");
}

TEST(LexerTest, QuotedIdentifiersAreFoldedToLowerCase) {
  EXPECT_EQ(ValueOf(R"("MyCol")"), "mycol");
  EXPECT_EQ(ValueOf(R"("a""B")"), "a\"b");
  EXPECT_EQ(ValueOf("\"ÄB\""), "Äb");
  auto lexed = Lex(R"("MyCol")", LexerOptions{true});
  EXPECT_EQ(std::get<Tokens>(lexed).at(0).value, "MyCol");
}

TEST(LexerTest, CommentsAreLeftOut) {
  EXPECT_THAT(Texts("select -- ; '\n 1 /* a /* b */ ; */ + 2"), ElementsAre("select", "1", "+", "2"));
}

TEST(LexerTest, DollarQuotesKeepTheirText) {
  EXPECT_EQ(ValueOf("$tag$it's ; \\n$tag$"), "it's ; \\n");
  EXPECT_THAT(Texts("$$a$$ $1"), ElementsAre("$$a$$", "$1"));
}

TEST(LexerTest, SplitsOperators) {
  EXPECT_THAT(Texts("a::int>=-1 and b=-c.d"),
              ElementsAre("a", "::", "int", ">=", "-", "1", "and", "b", "=", "-", "c", ".", "d"));
  EXPECT_THAT(Texts("1.5e-3+.5"), ElementsAre("1.5e-3", "+", ".5"));
}

TEST(LexerTest, HashBeginsTheNameOfATemporaryTable) {
  EXPECT_THAT(Texts("create table #t (a int)"), ElementsAre("create", "table", "#t", "(", "a", "int", ")"));
  EXPECT_THAT(Texts("select 5 #a"), ElementsAre("select", "5", "#", "a"));
}

TEST(LexerTest, ReportsWhatIsNotTerminated) {
  for (std::string_view sql : {"select 'a", "select \"a", "select /* a", "select $$a", "select 'a\\'"}) {
    EXPECT_TRUE(std::holds_alternative<LexerError>(Lex(sql))) << sql;
  }
}

TEST(LexerTest, QuotedLiteralsAndIdentifiersReadBackTheSame) {
  for (std::string_view value : {"", "a'b", "a\\b", "\\", "''", "é\n"}) {
    EXPECT_EQ(ValueOf(QuoteLiteral(value)), value);
  }
  EXPECT_EQ(QuoteIdentifier("a\"b"), "\"a\"\"b\"");
}

}  // namespace
}  // namespace redshift_local
