// Names as Redshift takes them, against the running program.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "local/testing/local_process.h"

namespace redshift_local {
namespace {

using ::testing::HasSubstr;
using Rows = std::vector<std::vector<std::string>>;

std::string Long(const std::string& begin, size_t size = 127) {
  return begin + std::string(size - begin.size(), 'x');
}

std::string Quoted(const std::string& name) {
  return '"' + name + '"';
}

std::vector<std::string> ColumnNames(Client& client, const std::string& sql) {
  std::unique_ptr<PGresult, decltype(&PQclear)> result(PQexec(client.connection(), sql.c_str()), &PQclear);
  std::vector<std::string> names;
  for (int i = 0; i < PQnfields(result.get()); ++i) names.emplace_back(PQfname(result.get(), i));
  return names;
}

TEST(NameTest, Of127BytesWorkEverywhere) {
  Client client;
  const std::string schema = Long("schema_");
  const std::string table = Long("table_");
  const std::string other = Long("table_", 126);
  const std::string key = Long("key_");
  const std::string value = Long("ключ_");
  const std::string qualified = Quoted(schema) + "." + Quoted(table);
  ASSERT_TRUE(client.Run("create schema " + Quoted(schema)).ok());
  ASSERT_TRUE(client
                  .Run("create table " + qualified + " (" + Quoted(key) + " int not null distkey sortkey, " +
                       Quoted(value) + " varchar(10), primary key (" + Quoted(key) + "))")
                  .ok());
  // Differs in the last byte only.
  ASSERT_TRUE(client.Run("create table " + Quoted(schema) + "." + Quoted(other) + " (a int)").ok());
  ASSERT_TRUE(
      client.Run("insert into " + qualified + " (" + Quoted(value) + ", " + key + ") values ('a', 1)").ok());
  EXPECT_EQ(ColumnNames(client, "select * from " + qualified), (std::vector<std::string>{key, value}));
  EXPECT_EQ(
      client.RunWith("select " + Quoted(value) + " from " + qualified + " where " + key + " = $1::int", {"1"})
          .Value(),
      "a");
  EXPECT_EQ(client.Run("insert into " + qualified + " (" + Quoted(value) + ") values ('a')").message,
            "Cannot insert a NULL value into column " + key);
  EXPECT_EQ(client.Run("create table " + qualified + " (a int)").message,
            "Relation \"" + table + "\" already exists");
  EXPECT_EQ(client
                .Run("select column_name from svv_columns where table_schema = '" + schema +
                     "' and table_name = '" + table + "' order by ordinal_position")
                .rows,
            (Rows{{key}, {value}}));
  EXPECT_EQ(client
                .Run("select k.column_name from information_schema.table_constraints t join "
                     "information_schema.key_column_usage k using (constraint_schema, constraint_name) where "
                     "t.table_name = '" +
                     table + "' and t.constraint_type = 'PRIMARY KEY'")
                .Value(),
            key);
  EXPECT_EQ(client
                .Run("select a.attname, a.attisdistkey, a.attsortkeyord from pg_attribute a join pg_class c "
                     "on c.oid "
                     "= a.attrelid join pg_namespace n on n.oid = c.relnamespace where n.nspname = '" +
                     schema + "' and c.relname = '" + table + "' and a.attisdistkey")
                .rows,
            (Rows{{key, "t", "1"}}));
  EXPECT_EQ(client.Run("select has_table_privilege('" + Quoted(schema) + "." + Quoted(table) + "', 'insert')")
                .Value(),
            "t");
  EXPECT_EQ(client.Run("set search_path to " + Quoted(schema)).tag, "SET");
  EXPECT_EQ(
      client.Run("select \"column\" from pg_table_def where tablename = '" + table + "' and distkey").Value(),
      key);
  EXPECT_EQ(client.Run("drop table " + table).tag, "DROP TABLE");
  EXPECT_EQ(client.Run("select * from " + table).message, "relation \"" + table + "\" does not exist");
}

TEST(NameTest, AreKnownInTheTransactionThatMadeThem) {
  Client client;
  const std::string table = Long("in_block_");
  client.Run("begin");
  client.Run("select 1");
  ASSERT_TRUE(client.Run("create table " + table + " (a int)").ok());
  EXPECT_EQ(client.Run("select table_name from svv_tables where table_name = '" + table + "'").Value(),
            table);
  client.Run("rollback");
  EXPECT_EQ(client.Run("select count(*) from svv_tables where table_name = '" + table + "'").Value(), "0");
}

TEST(NameTest, LongerOnesAreCutTo127Bytes) {
  Client client;
  const std::string name = Long("too_long_", 140);
  ASSERT_TRUE(client.Run("create temp table " + name + " (" + Quoted(name) + " int)").ok());
  EXPECT_EQ(ColumnNames(client, "select * from " + name.substr(0, 127)),
            std::vector<std::string>{name.substr(0, 127)});
}

TEST(NameTest, OfAliasesAreLongToo) {
  Client client;
  const std::string alias = Long("alias_");
  EXPECT_EQ(ColumnNames(client, "select 1 as " + alias), std::vector<std::string>{alias});
}

TEST(NameTest, MayBeAnythingInQuotesAndFoldToLowerCase) {
  Client client;
  ASSERT_TRUE(
      client.Run(R"(create temp table "Select" ("Order" int, "with ""quotes""" int, "ÄÖ" int, "a.b" int))")
          .ok());
  EXPECT_EQ(ColumnNames(client, R"(select * from "SELECT")"),
            (std::vector<std::string>{"order", "with \"quotes\"", "ÄÖ", "a.b"}));
  EXPECT_EQ(client.Run(R"(create temp table t ("a" int, "A" int))").sqlstate, "42701");
  EXPECT_EQ(client.Run("create temp table t (tag int)").sqlstate, "42601");
}

TEST(NameTest, CollideOnlyWhenAll127BytesAreEqual) {
  Client client;
  const std::string first = Long("same_", 126) + 'a';
  const std::string second = Long("same_", 126) + 'b';
  ASSERT_TRUE(client.Run("create temp table twins (" + first + " int, " + second + " int)").ok());
  EXPECT_EQ(
      client.Run("create temp table no_twins (" + first + " int, " + Quoted(first + 'z') + " int)").message,
      "column \"" + first + "\" specified more than once");
  ASSERT_TRUE(client.Run("alter table twins rename column " + second + " to " + Long("renamed_")).ok());
  EXPECT_EQ(client.Run("alter table twins rename column " + first + " to " + Long("renamed_")).message,
            "column \"" + Long("renamed_") + "\" of relation \"twins\" already exists");
  ASSERT_TRUE(client.Run("alter table twins rename to " + Long("cousins_")).ok());
  EXPECT_EQ(ColumnNames(client, "select * from " + Long("cousins_")),
            (std::vector<std::string>{first, Long("renamed_")}));
  ASSERT_TRUE(client.Run("create temp table alike (like " + Long("cousins_") + ")").ok());
  EXPECT_EQ(ColumnNames(client, "select * from alike"), (std::vector<std::string>{first, Long("renamed_")}));
  EXPECT_EQ(client
                .Run("select table_name from svv_columns where column_name like 'renamed\\\\_%x' and "
                     "table_name like "
                     "'cousins%'")
                .Value(),
            Long("cousins_"));
}

TEST(NameTest, AreWholeInNoticesAndInTextsOfObjects) {
  Client client;
  const std::string schema = Long("noticed_");
  const std::string table = Long("told_");
  client.TakeNotices();
  EXPECT_TRUE(client.Run("drop table if exists " + table).ok());
  ASSERT_TRUE(client.Run("create schema " + schema).ok());
  ASSERT_TRUE(client.Run("set search_path to '" + schema + "'").ok());
  ASSERT_TRUE(client.Run("create table " + table + " (a int)").ok());
  EXPECT_TRUE(client.Run("create table if not exists " + table + " (a int)").ok());
  EXPECT_EQ(client.Run("select '" + table + "'::regclass").Value(), Quoted(table));
  ASSERT_TRUE(client.Run("set search_path to public").ok());
  EXPECT_EQ(client.Run("select '" + schema + '.' + table + "'::regclass").Value(),
            Quoted(schema) + '.' + Quoted(table));
  EXPECT_TRUE(client.Run("drop schema " + schema + " cascade").ok());
  for (const std::string& notice : client.TakeNotices()) {
    EXPECT_THAT(notice, ::testing::AnyOf(HasSubstr(table), HasSubstr(schema)));
    EXPECT_THAT(notice, ::testing::Not(HasSubstr("~")));
  }
}

TEST(NameTest, ReachCopy) {
  Client client;
  const std::string table = Long("copied_");
  const std::string column = Long("column_");
  PutObject(SharedLocal(), "names/1.csv", "5\n");
  ASSERT_TRUE(client.Run("create table " + table + " (a int, " + column + " int)").ok());
  const std::string options =
      " from 's3://local/names/' access_key_id 'test' secret_access_key 'testtest' csv";
  EXPECT_EQ(client.Run("copy " + Quoted(table) + " (" + Quoted(column) + ")" + options).tag, "COPY");
  EXPECT_EQ(client.Run("select " + column + " from " + table).Value(), "5");
  PutObject(SharedLocal(), "names/1.csv", "five\n");
  EXPECT_FALSE(client.Run("copy " + Quoted(table) + " (" + Quoted(column) + ")" + options).ok());
  EXPECT_EQ(client.Run("select trim(colname) from stl_load_errors where query = pg_last_copy_id()").Value(),
            column);
}

}  // namespace
}  // namespace redshift_local
