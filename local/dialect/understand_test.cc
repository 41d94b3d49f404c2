#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>

#include "local/dialect/statement.h"

namespace redshift_local {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

Statement One(std::string_view sql) {
  std::vector<Statement> statements = Understand(sql, {});
  EXPECT_EQ(statements.size(), 1u) << sql;
  return statements.empty() ? Statement{} : statements[0];
}

std::string Sql(std::string_view sql) {
  const Statement statement = One(sql);
  return statement.refusal ? "refused: " + statement.refusal->message : statement.sql;
}

std::string Refusal(std::string_view sql) {
  const Statement statement = One(sql);
  return statement.refusal ? statement.refusal->sqlstate + " " + statement.refusal->message : "not refused";
}

TEST(UnderstandTest, SplitsAtSemicolonsOutsideLiterals) {
  const auto statements = Understand("select ';'; ; -- ;\n select 2;", {});
  ASSERT_EQ(statements.size(), 2u);
  EXPECT_EQ(statements[0].text, "select ';'");
  EXPECT_EQ(statements[1].text, "select 2");
  EXPECT_THAT(Understand(" ; /* nothing */ ", {}), IsEmpty());
}

TEST(UnderstandTest, WhatNeedsNoChangeStaysAsItIs) {
  for (std::string_view sql : {"select a, 'b' from t where c = $1", "insert into t values ('x', 1.5)"}) {
    EXPECT_EQ(Sql(sql), sql);
  }
}

TEST(UnderstandTest, LiteralsWithBackslashesBecomeEscapeStrings) {
  EXPECT_EQ(Sql(R"(select 'a\'b', '\\d')"), R"(select 'a''b', E'\\d')");
}

TEST(UnderstandTest, QuotedNamesAreFolded) {
  EXPECT_EQ(Sql(R"(select "A" from "T")"), R"(select "a" from "t")");
}

TEST(UnderstandTest, FunctionsAndNamesOfRedshift) {
  EXPECT_EQ(Sql("select nvl(a, 1), sysdate, b::decimal, c::varchar(max)"),
            "select coalesce(a, 1), sysdate(), b::numeric(18,0), c::varchar(65535)");
  EXPECT_EQ(Sql("select * from (select 1) where true"),
            "select * from (select 1) as unnamed_subquery_1 where true");
  EXPECT_EQ(Sql("select 1 minus select 2"), "select 1 except select 2");
  EXPECT_EQ(Sql("select c.relhasoids from pg_class c"), "select false from pg_class c");
}

TEST(UnderstandTest, TransactionsHaveOneLevelWhateverTheySay) {
  for (std::string_view sql : {"BEGIN", "begin work", "BEGIN ISOLATION LEVEL READ COMMITTED",
                               "begin transaction isolation level serializable"}) {
    EXPECT_EQ(One(sql).kind, StatementKind::kBegin) << sql;
    EXPECT_EQ(One(sql).sql, "begin") << sql;
  }
  EXPECT_EQ(One("start transaction read only").sql, "begin read only");
  EXPECT_EQ(One("begin isolation level serializable, read write").sql, "begin read write");
  EXPECT_EQ(One("start transaction").tag, "START TRANSACTION");
  EXPECT_EQ(One("end").kind, StatementKind::kCommit);
  EXPECT_EQ(One("abort work").kind, StatementKind::kRollback);
  EXPECT_EQ(Refusal("begin isolation level nonsense"), "42601 syntax error at or near \"nonsense\"");
}

TEST(UnderstandTest, WritersTakeTheTablesWriteLockFirst) {
  EXPECT_THAT(One("insert into S.\"T\" values (1)").before,
              ElementsAre("select local.write_lock(to_regclass('\"s\".\"t\"'))"));
  EXPECT_THAT(One("with x as (select 1) delete from t using x").before,
              ElementsAre("select local.write_lock(to_regclass('\"t\"'))"));
  EXPECT_THAT(One("update #t set a = 1").before,
              ElementsAre("select local.write_lock(to_regclass('\"#t\"'))"));
  EXPECT_THAT(One("select 1").before, IsEmpty());
  EXPECT_THAT(One("lock table t").before, IsEmpty());
}

TEST(UnderstandTest, LockIsAlwaysAccessExclusive) {
  EXPECT_EQ(Sql("LOCK a, s.\"B\""), "lock table a, s.\"b\" in access exclusive mode");
  EXPECT_EQ(Refusal("lock table t in share mode"), "42601 syntax error at or near \"in\"");
}

TEST(UnderstandTest, CopyIsLeftToTheLoader) {
  EXPECT_EQ(One("copy t from 's3://b/k' iam_role default").kind, StatementKind::kCopy);
  EXPECT_EQ(One("copy t from stdin").kind, StatementKind::kCopy);
}

TEST(UnderstandTest, RefusesWhatRedshiftLacks) {
  EXPECT_EQ(Refusal("insert into t values (1) on conflict do nothing"),
            "42601 syntax error at or near \"on\"");
  EXPECT_EQ(Refusal("delete from t returning a"), "42601 syntax error at or near \"returning\"");
  for (std::string_view sql :
       {"savepoint a", "release a", "rollback to a", "rollback to savepoint a", "create index i on t (a)",
        "create unique index i on t (a)", "create trigger x after insert on t execute function f()",
        "create sequence s", "create or replace rule r as on insert to t do nothing", "listen a", "notify a",
        "unlisten *", "prepare transaction 'a'", "commit prepared 'a'", "select distinct on (a) a from t",
        "select a from t for update", "do $$begin end$$", "create type x as (a int)"}) {
    EXPECT_THAT(Refusal(sql), StartsWith("0A000 ")) << sql;
  }
  EXPECT_EQ(Refusal("values (1)"), "42601 syntax error at or near \"values\"");
}

TEST(UnderstandTest, RefusesFormsThatPostgresTookUpLater) {
  const auto at = [](const std::string& token) { return "42601 syntax error at or near \"" + token + '"'; };
  EXPECT_EQ(
      Refusal("with s as (select 1) merge into t using u on t.a = u.a when matched then delete when not "
              "matched then insert values (u.a)"),
      at("merge"));
  EXPECT_EQ(Refusal("prepare p (int) as merge into t using u on t.a = u.a remove duplicates"), at("merge"));
  EXPECT_EQ(Refusal("with d as (delete from t) select 1"), at("delete"));
  EXPECT_EQ(Refusal("with d as materialized (update t set a = 1) insert into u values (1)"), at("update"));
  EXPECT_EQ(Refusal("delete from s.t x using u where x.a = u.a"), at("x"));
  EXPECT_EQ(Refusal("delete from t as x where x.a = 1"), at("as"));
  EXPECT_EQ(Refusal("delete t using u where t.a = u.a"), at("using"));
  EXPECT_EQ(Refusal("with u as (select 1 as a) delete from t x"), at("x"));
  EXPECT_EQ(Refusal("delete from only t"), at("only"));
  EXPECT_EQ(Refusal("update only t set a = 1"), at("only"));
  EXPECT_EQ(Refusal("update t set (a, b) = (1, 2)"), at("("));
  for (const char* taken : {"delete from s.t using u where t.a = u.a", "delete s.t", "delete from t",
                            "with u as (select 1 as a) delete from t using u where t.a = u.a",
                            "update s.t x set a = (select 1) from u where x.a = u.a",
                            "update t as x set a = 1", "insert into t (update, delete) values (1, 2)",
                            "with t as (select a from u) insert into v select a from t"}) {
    EXPECT_EQ(Refusal(taken), "not refused") << taken;
  }
}

TEST(UnderstandTest, ComputeNodesLackFunctionsOfTheLeaderAndOfPostgres) {
  const auto infos = [](std::string_view sql) { return One(sql).infos; };
  EXPECT_THAT(infos("select current_schema(), a from t"),
              ElementsAre("Function \"current_schema()\" not supported."));
  EXPECT_THAT(Refusal("insert into t select generate_series(1, 10)"),
              "0A000 Specified types or functions (one per INFO message) not supported on Redshift tables.");
  EXPECT_THAT(Refusal("select a::json from t"), StartsWith("0A000 Specified types"));
  EXPECT_THAT(Refusal("select array[a] from t"), StartsWith("0A000 Specified types"));
  EXPECT_THAT(Refusal("select * from t, (values (1)) v"), StartsWith("0A000 VALUES"));
  for (std::string_view sql :
       {"select current_schema()", "select has_table_privilege('t', 'insert')",
        "select array_agg(relname) from pg_class", "with t as (select 1) select now() from t",
        "select getdate() from t", "insert into t values (now())"}) {
    EXPECT_EQ(Refusal(sql), "not refused") << sql;
  }
}

TEST(UnderstandTest, FormsThatPostgresWritesOtherwise) {
  EXPECT_EQ(Sql("delete t where a = 1"), "delete from t where a = 1");
  EXPECT_EQ(Sql("select top 3 a from t"), "select   a from t limit 3");
}

TEST(UnderstandTest, ParametersAreCounted) {
  const Statement statement = One("select $3, $1");
  EXPECT_THAT(statement.parameters, ElementsAre(true, false, true));
  EXPECT_EQ(One("select $32767").parameters.size(), 32767u);
  EXPECT_THAT(Refusal("select $32768"), HasSubstr("at most 32767 parameters"));
}

TEST(UnderstandTest, SettingsOfRedshiftAreTaken) {
  EXPECT_EQ(Sql("set query_group to 'a'"), "set redshift.query_group to 'a'");
  EXPECT_EQ(One("set query_group = 'a'").query_group, "a");
  EXPECT_EQ(One("reset query_group").query_group, "default");
  EXPECT_EQ(One("set enable_case_sensitive_identifier to true").case_sensitive, true);
  EXPECT_EQ(Sql("set statement_timeout to 1000"), "set statement_timeout to 1000");
  EXPECT_THAT(Refusal("set extra_float_digits = 3"), StartsWith("22023 "));
  EXPECT_EQ(One("SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL SERIALIZABLE").tag, "SET");
}

TEST(UnderstandTest, SettingsThatWouldChangeValuesAreRefused) {
  for (const char* sql : {"set json_parse_dedup_attributes to true", "set json_parse_truncate_strings = on",
                          "set parse_super_null_on_error to on", "set enable_numeric_rounding to off"}) {
    EXPECT_THAT(Refusal(sql), StartsWith("0A000 ")) << sql;
  }
  for (const char* sql :
       {"set json_parse_dedup_attributes to off", "set json_parse_truncate_strings to default",
        "reset json_parse_truncate_strings", "set enable_numeric_rounding to true"}) {
    EXPECT_EQ(Refusal(sql), "not refused") << sql;
  }
}

TEST(UnderstandTest, PasswordsAreChecked) {
  EXPECT_THAT(Sql("create user bob password 'Abcdefg1'"), HasSubstr("'Abcdefg1'"));
  EXPECT_THAT(Refusal("create user bob password 'abcdefg1'"), HasSubstr("uppercase"));
  EXPECT_THAT(Refusal("create user bob password 'Ab1'"), HasSubstr("between 8 and 64"));
  EXPECT_THAT(Sql("create user bob password 'md5153ceb3fb22df3d2cc6b2b1a7b8b5d5b'"), HasSubstr("md5153"));
  EXPECT_THAT(Sql("alter user bob password disable"), HasSubstr("password null"));
}

TEST(UnderstandTest, NamesOfUsersInQuotesKeepTheirCaseAndOthersDoNot) {
  for (const auto& [sql, rendered] : std::map<std::string, std::string>{
           {R"(grant select on "T" to "IAM:Eve", group "G", "IAMR:Etl")",
            R"(grant select on "t" to "IAM:Eve", group "g", "IAMR:Etl")"},
           {R"(revoke select on "From" from "IAM:Eve")", R"(revoke select on "from" from "IAM:Eve")"},
           {R"(drop user "Bob", "Eve")", R"(drop user "Bob", "Eve")"},
           {R"(alter group "G" add user "Bob")", R"(alter group "g" add user "Bob")"},
           {R"(create group "G" with user "Bob")", R"(create group "g" with user "Bob")"},
           {R"(alter user "Bob" rename to "Eve")", R"(alter user "Bob" rename to "Eve")"},
           {R"(create schema "S" authorization "Bob")", R"(create schema "s" authorization "Bob")"},
           {R"(alter schema "S" owner to "Bob")", R"(alter schema "s" owner to "Bob")"},
           {R"(create user "Bob" password disable in group "G", "H")",
            R"(create user "Bob" password null in group "g", "h")"},
           {R"(alter user "Bob" set search_path to "S")", R"(alter user "Bob" set search_path to "s")"},
           {R"(set session authorization "Bob")", R"(set session authorization "Bob")"},
           {R"(alter table t rename column owner to "New")", R"(alter table t rename column owner to "new")"},
           {R"(alter default privileges for user "Bob" in schema "S" grant select on tables to "Eve")",
            R"(alter default privileges for user "Bob" in schema "s" grant select on tables to "Eve")"},
           {R"(drop table "T")", R"(drop table "t")"}}) {
    EXPECT_EQ(Sql(sql), rendered);
  }
  EXPECT_THAT(Sql(R"(alter table "T" owner to "Bob")"), HasSubstr(R"("t" owner to "Bob")"));
  EXPECT_THAT(Sql(R"(create table t (owner int, "B" int))"), HasSubstr(R"("b")"));
  EXPECT_THAT(One(R"(create user "B""ob" password 'Abcdefg1')").after,
              testing::ElementsAre(HasSubstr(R"('B"ob')")))
      << "the user whose digest is forgotten";
}

TEST(UnderstandTest, NamesBeyondTheBackEndsLimitAreShortened) {
  const std::string longest(63, 'n');
  EXPECT_EQ(Sql("select " + longest), "select " + longest);
  const std::string shortened = Sql("select " + longest + "n");
  EXPECT_EQ(shortened.size(), std::string("select \"\"").size() + 63);
  EXPECT_NE(shortened, Sql("select " + longest + "m"));
  EXPECT_EQ(Sql("select " + std::string(127, 'n')), Sql("select \"" + std::string(128, 'N') + "\""));
}

// PostgreSQL refuses the statement; to find words for it must not end the session before.
TEST(UnderstandTest, LongNamesThatAreNoUtf8AreLeftToTheBackEnd) {
  EXPECT_THAT(One("create table " + std::string(100, 'n') + "\xff (a int)").before,
              testing::ElementsAre(HasSubstr("remember_names")));
}

TEST(UnderstandTest, ReservedWordsNeedQuotes) {
  EXPECT_EQ(Refusal("create table t (tag int)"), "42601 syntax error at or near \"tag\"");
  EXPECT_EQ(Refusal("create table t (a int, order int)"), "42601 syntax error at or near \"order\"");
  EXPECT_EQ(Refusal("create table delta (a int)"), "42601 syntax error at or near \"delta\"");
  EXPECT_EQ(Refusal("alter table t add column raw int"), "42601 syntax error at or near \"raw\"");
  EXPECT_EQ(Refusal("insert into t (a, percent) values (1, 2)"), "42601 syntax error at or near \"percent\"");
  EXPECT_EQ(Sql("create table t (\"tag\" int)"), "create table t (\"tag\" integer)");
  EXPECT_EQ(Sql("insert into t (\"percent\") values (1)"), "insert into t (\"percent\") values (1)");
  EXPECT_EQ(Sql("insert into t (select 1)"), "insert into t (select 1)");
}

TEST(UnderstandTest, TopOfOneQueryOfASetIsRefusedInsteadOfLimitingAll) {
  EXPECT_THAT(Refusal("select top 1 a from t union all select a from u"), StartsWith("0A000 SELECT TOP"));
  EXPECT_EQ(Sql("select top 1 a from (select 1 as a union select 2) as u"),
            "select   a from (select 1 as a union select 2) as u limit 1");
}

TEST(UnderstandTest, SubqueriesAreRefusedInRowsOfValues) {
  EXPECT_THAT(Refusal("insert into t values (1, (select 2)), (3, 4)"), StartsWith("0A000 Subqueries"));
  EXPECT_EQ(Refusal("insert into t values (1, (select 2))"), "not refused");
}

TEST(UnderstandTest, IsolationWordsMeanTheLevelOfTheDatabase) {
  EXPECT_EQ(Sql("set default_transaction_isolation to 'read committed'"), "set local.nothing to ''");
  EXPECT_EQ(Sql("set session characteristics as transaction isolation level serializable"),
            "set local.nothing to ''");
  EXPECT_EQ(Sql("set session characteristics as transaction isolation level serializable read only"),
            "set session characteristics as transaction read only");
  EXPECT_EQ(Sql("set transaction read write"), "set transaction read write");
  EXPECT_EQ(Sql("begin isolation level read committed read only"), "begin read only");
  EXPECT_THAT(Refusal("set transaction snapshot 'x'"), StartsWith("42601"));
}

TEST(UnderstandTest, WhatPostgresAloneCouldDoIsRefused) {
  EXPECT_THAT(Refusal("explain analyze delete from t"), StartsWith("42601"));
  EXPECT_THAT(Refusal("create global temp table t (a int)"), StartsWith("42601"));
  EXPECT_THAT(Refusal("alter system set work_mem = 1"), StartsWith("0A000"));
  EXPECT_THAT(Refusal("discard all"), StartsWith("0A000"));
  EXPECT_THAT(Refusal(R"(select 'a\000b')"), StartsWith("22021"));
}

TEST(UnderstandTest, WordsMayFollowNumbersWithoutABlank) {
  EXPECT_EQ(Sql("select case a when 1 then 4when 2 then 5end"),
            "select case a when 1 then 4 when 2 then 5 end");
}

}  // namespace
}  // namespace redshift_local
