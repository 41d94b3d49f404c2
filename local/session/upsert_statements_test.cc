// The statements of a staged upsert and what they rely on, against the running program.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "local/testing/local_process.h"

namespace redshift_local {
namespace {

using ::testing::HasSubstr;
using Rows = std::vector<std::vector<std::string>>;

TEST(ComparisonTest, BlanksAtTheEndDoNotCount) {
  Client client;
  client.Run("create temp table a (v varchar(10), n int)");
  client.Run("create temp table b (v varchar(20), c char(5))");
  client.Run("insert into a values ('a', 1), ('a  ', 2), ('b', 3), (' a', 4), ('', 5), ('  ', 6)");
  client.Run("insert into b values ('a ', 'b'), ('b   ', 'a')");
  EXPECT_EQ(client.Run("select n from a where v = 'a ' order by n").rows, (Rows{{"1"}, {"2"}}));
  EXPECT_EQ(client.RunWith("select n from a where v in ($1, 'z') order by n", {"a    "}).rows,
            (Rows{{"1"}, {"2"}}));
  EXPECT_EQ(client.Run("select length(v), v || '|' from a where n = 2").rows, (Rows{{"3", "a  |"}}));
  EXPECT_EQ(client.Run("select count(*) from a join b on a.v = b.v").Value(), "3");
  EXPECT_EQ(client.Run("select count(*) from a join b on a.v = b.c").Value(), "3");
  EXPECT_EQ(client.Run("select count(distinct v) from a").Value(), "4");
  EXPECT_EQ(client.Run("select count(*) from (select v from a group by v)").Value(), "4");
  EXPECT_EQ(client.Run("select n, row_number() over (partition by v order by n desc) from a order by n").rows,
            (Rows{{"1", "2"}, {"2", "1"}, {"3", "1"}, {"4", "1"}, {"5", "2"}, {"6", "1"}}));
  EXPECT_EQ(client.Run("update a set n = 7 from b where a.v = b.v and b.c = 'a'").tag, "UPDATE 1");
  EXPECT_EQ(client.Run("delete from a using b where a.v = b.v").tag, "DELETE 3");
  EXPECT_EQ(client.Run("select count(*) from a where v like '% '").Value(), "1");
}

TEST(ComparisonTest, JoinsInEveryWay) {
  // More rows than fit one way only: a hash join, a sort, a nested loop all agree.
  Client client;
  client.Run("create temp table a (v varchar(20))");
  client.Run("create temp table digits (d int)");
  client.Run("insert into digits values (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)");
  client.Run(
      "insert into a select x.d || '' || y.d || '' || z.d || case when z.d < 5 then ' ' else '' end "
      "from digits x, digits y, digits z");
  client.Run("create temp table b as select trim(v) || '   ' as v from a");
  for (const char* off : {"enable_hashjoin", "enable_mergejoin", "enable_nestloop"}) {
    client.Run(std::string("set ") + off + " to off");
    EXPECT_EQ(client.Run("select count(*) from a join b on a.v = b.v").Value(), "1000") << off;
  }
}

TEST(ComparisonTest, NothingElseChangesByIt) {
  Client client;
  client.Run("create temp table a (v varchar(10), n int)");
  client.Run("insert into a values ('b', 1), ('a  ', 2), ('a b', 3), ('a', 4), ('', 5), ('B ', 6), (' ', 7)");
  // LIKE, positions, lengths and what is stored count every blank.
  EXPECT_EQ(client.Run("select n from a where v like 'a' order by n").rows, (Rows{{"4"}}));
  EXPECT_EQ(client.Run("select n from a where v like 'a%' order by n").rows, (Rows{{"2"}, {"3"}, {"4"}}));
  EXPECT_EQ(
      client
          .Run("select position(' ' in v), strpos(v, '  '), replace(v, ' ', '_'), upper(v) || '|', len(v), "
               "octet_length(v), split_part(v, ' ', 1), v ~ '^a $' from a where n = 2")
          .rows,
      (Rows{{"2", "2", "a__", "A  |", "3", "3", "a", "f"}}));
  EXPECT_EQ(client.Run("select nullif(v, '') is null, coalesce(v, 'x') || '|' from a where n = 7").rows,
            (Rows{{"t", " |"}}));
  // The order by bytes, upper case first; of equal ones either may come first.
  EXPECT_EQ(client.Run("select n from a where n not in (2, 7) order by v").rows,
            (Rows{{"5"}, {"6"}, {"4"}, {"3"}, {"1"}}));
  EXPECT_EQ(client.Run("select n from a where v > 'a   ' order by v, n").rows, (Rows{{"3"}, {"1"}}));
  EXPECT_EQ(client.Run("select n from a where v between 'a' and 'a ' order by n").rows, (Rows{{"2"}, {"4"}}));
  EXPECT_EQ(client.Run("select trim(max(v)), trim(min(v)) from a").rows, (Rows{{"b", ""}}));
  EXPECT_EQ(
      client.Run("select count(*) from (select v from a union select 'a    ' union select 'b ')").Value(),
      "5");
  EXPECT_EQ(client.Run("select count(*) from (select v from a except select 'a ')").Value(), "4");
  EXPECT_EQ(client.Run("select count(*) from a where v not in ('a ', ' ')").Value(), "3");
  EXPECT_EQ(client.Run("select case v when 'a' then 1 else 0 end from a where n = 2").Value(), "1");
  // Names and CHAR are no concern of it.
  ASSERT_TRUE(client.Run(R"(create temp table "blank " ("c" int, "c " int))").ok());
  EXPECT_EQ(client.Run(R"(select count(*) from pg_class where relname = 'blank ')").Value(), "1");
  EXPECT_EQ(client.Run(R"(select count(*) from pg_class where relname = 'blank')").Value(), "0");
  EXPECT_EQ(client.Run("select len('a  '::char(5)), 'a  '::char(5) = 'a', ' a' = 'a'").rows,
            (Rows{{"1", "t", "f"}}));
}

TEST(ComparisonTest, CaseInsensitiveColumnsAreComparedAndShownSo) {
  Client client;
  ASSERT_TRUE(
      client
          .Run("create table insensitive (v varchar(10) collate case_insensitive not null, w varchar(10) "
               "collate case_sensitive)")
          .ok());
  client.Run("insert into insensitive values ('Abc', 'Abc'), ('aBC ', 'aBC')");
  EXPECT_EQ(client.Run("select count(*) from insensitive where v = 'ABC'").Value(), "2");
  EXPECT_EQ(client.Run("select count(*) from insensitive where w = 'ABC'").Value(), "0");
  EXPECT_EQ(client.Run("select count(distinct v) from insensitive").Value(), "1");
  EXPECT_EQ(
      client
          .Run(
              "select collation_name from svv_columns where table_name = 'insensitive' and column_name = 'v'")
          .Value(),
      "case_insensitive");
  EXPECT_EQ(client.Run("create table refused (i int collate case_insensitive)").sqlstate, "42804");
}

TEST(UpdateFromTest, WantsAnEquijoinWithTheTarget) {
  Client client;
  client.Run("create temp table target (id int, v int)");
  client.Run("create temp table source (id int, v int)");
  client.Run("insert into target values (1, 0), (2, 0)");
  client.Run("insert into source values (1, 10)");
  const std::string refusal = "Target table must be part of an equijoin predicate";
  EXPECT_EQ(client.Run("update target set v = s.v from source s").message, refusal);
  EXPECT_EQ(client.Run("update target set v = s.v from source s where s.id > target.id").message, refusal);
  EXPECT_EQ(
      client.Run("update target set v = 1 from source s left join target t on t.id = s.id where t.id = 1")
          .message,
      refusal);
  EXPECT_EQ(client.Run("update target t set v = s.v from source s where t.id = s.id and s.v > 5").tag,
            "UPDATE 1");
  EXPECT_EQ(
      client
          .Run("update target set v = x.v from (select id, v + 1 as v from source) x where x.id = target.id")
          .tag,
      "UPDATE 1");
  EXPECT_EQ(client.Run("select v from target order by id").rows, (Rows{{"11"}, {"0"}}));
}

TEST(UpdateFromTest, SeveralMatchesFailWhenAskedFor) {
  Client client;
  client.Run("create temp table target (id int, v int)");
  client.Run("create temp table source (id int, v int)");
  client.Run("insert into target values (1, 0), (2, 0)");
  client.Run("insert into source values (1, 10), (1, 11), (2, 20)");
  EXPECT_EQ(client.Run("update target set v = s.v from source s where target.id = s.id").tag, "UPDATE 2");
  client.Run("set error_on_nondeterministic_update to true");
  EXPECT_EQ(client.Run("update target set v = s.v from source s where target.id = s.id").message,
            "Found multiple matches to update the same tuple.");
  EXPECT_EQ(client.Run("update target t set v = s.v from source s where t.id = s.id and s.id = 2").tag,
            "UPDATE 1");
  EXPECT_EQ(client.Run("update target set v = 3").tag, "UPDATE 2");
  client.Run("reset error_on_nondeterministic_update");
  EXPECT_EQ(client.Run("update target set v = s.v from source s where target.id = s.id").tag, "UPDATE 2");
}

TEST(MergeTest, TakesRedshiftsFormOnly) {
  Client client;
  client.Run("create temp table merged (k varchar(5), v int)");
  client.Run("create temp table changes (k varchar(5), v int)");
  client.Run("insert into merged values ('a', 1), ('b', 2)");
  client.Run("insert into changes values ('a ', 10), ('c', 30), ('c', 31), (null, 0)");
  EXPECT_EQ(
      client
          .Run("merge into merged using changes on merged.k = changes.k when matched then update set v = "
               "changes.v when not matched then insert values (changes.k, changes.v)")
          .tag,
      "MERGE");
  EXPECT_EQ(client.Run("select k, v from merged order by v").rows,
            (Rows{{"NULL", "0"}, {"b", "2"}, {"a", "10"}, {"c", "30"}, {"c", "31"}}));
  client.Run("insert into changes values ('a', 11)");
  EXPECT_EQ(
      client
          .Run(
              "merge into merged using changes c on merged.k = c.k when matched then delete when not matched "
              "then insert values (c.k, c.v)")
          .message,
      "Found multiple matches to update the same tuple.");
  for (const char* refused : {"merge into merged m using changes c on m.k = c.k when matched then delete "
                              "when not matched then insert "
                              "values (c.k, c.v)",
                              "merge into merged using changes c on merged.k = c.k when matched then delete",
                              "merge into merged using changes c on merged.k = c.k when matched and c.v > 1 "
                              "then delete when not matched "
                              "then insert values (c.k, c.v)",
                              "merge into merged using changes c on merged.k = c.k when not matched then "
                              "insert values (c.k, c.v) when "
                              "matched then delete"}) {
    EXPECT_EQ(client.Run(refused).sqlstate, "42601") << refused;
  }
  ASSERT_TRUE(client.Run("create view seen as select 'x'::varchar as k, 1 as v").ok());
  const std::string clauses = " when matched then delete when not matched then insert values ('y', 1)";
  EXPECT_EQ(client.Run("merge into merged using seen on merged.k = seen.k" + clauses).message,
            "MERGE: source and target must be tables");
  EXPECT_EQ(client.Run("merge into merged using pg_temp.merged m on merged.k = m.k" + clauses).message,
            "MERGE: source and target must be different tables");
}

TEST(MergeTest, RemoveDuplicatesReplacesWhatMatches) {
  Client client;
  client.Run("create temp table merged (k int, v int)");
  client.Run("create temp table changes (k int, v int)");
  client.Run("insert into merged values (1, 1), (1, 2), (2, 2)");
  client.Run("insert into changes values (1, 10), (3, 30)");
  EXPECT_EQ(client.Run("merge into merged using changes on merged.k = changes.k remove duplicates").tag,
            "MERGE");
  EXPECT_EQ(client.Run("select k, v from merged order by k").rows,
            (Rows{{"1", "10"}, {"2", "2"}, {"3", "30"}}));
}

class UpsertTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(
        client_
            .Run(
                "create table if not exists upserted (id int identity(1,1), k1 varchar(10) not null, k2 "
                "decimal(5,2) not null, v varchar(20), s super, note varchar(10) default 'none', primary key "
                "(k1, k2)) distkey(k1) sortkey(k1, k2)")
            .ok());
    client_.Run("delete from upserted");
    client_.Run("create table if not exists upsert_ledger (id varchar(64), n bigint)");
    client_.Run("delete from upsert_ledger");
    client_.Run("insert into upsert_ledger values ('head', 0)");
    client_.TakeNotices();
  }
  void Expect(const std::string& sql, const std::string& tag) {
    const Answer answer = client_.Run(sql);
    EXPECT_EQ(answer.tag, tag) << sql << ": " << answer.message;
  }

  Client client_;
};

TEST_F(UpsertTest, RunsInOneTransaction) {
  PutObject(SharedLocal(), "upsert/1.csv",
            "a,1.00,old,\"{\"\"x\"\":1}\",0,1,0\na "
            ",1.00,new,\"{\"\"x\"\":2}\",0,2,0\nb,2.50,,,1,3,0\nc,3.00,c,[],0,4,1\n");
  client_.Run(
      "insert into upserted (k1, k2, v, note) values ('a  ', 1, 'before', 'kept'), ('b', 2.5, 'gone', 'x')");
  const std::string id = client_.Run("select id from upserted where k1 = 'a'").Value();
  Expect("begin", "BEGIN");
  Expect("lock upsert_ledger", "LOCK TABLE");
  Expect("update upsert_ledger set n = n + 1 where id = 'head'", "UPDATE 1");
  Expect(
      "create temp table stage (k1 varchar(10) not null, k2 decimal(5,2) not null, v varchar(20), s super, "
      "_op "
      "smallint, _seq bigint, _subtask integer) distkey(k1) sortkey(k1, k2)",
      "CREATE TABLE");
  Expect("copy stage from 's3://local/upsert/' access_key_id 'test' secret_access_key 'testtest' csv",
         "COPY");
  EXPECT_EQ(client_.Run("select pg_last_copy_count()").Value(), "4");
  Expect(
      "create temp table winners distkey(k1) as select k1, k2, _seq, _subtask from (select k1, k2, _seq, "
      "_subtask, "
      "row_number() over (partition by k1, k2 order by _seq desc, _subtask desc) as _place from stage) where "
      "_place = 1",
      "SELECT");
  Expect(
      "update upserted set v = s.v, s = s.s from stage s join winners w on w.k1 = s.k1 and w.k2 = s.k2 and "
      "w._seq = s._seq and w._subtask = s._subtask where upserted.k1 = s.k1 and upserted.k2 = s.k2 and s._op "
      "= 0",
      "UPDATE 1");
  Expect(
      "delete from upserted using winners w, stage s where upserted.k1 = w.k1 and upserted.k2 = w.k2 and "
      "w.k1 = "
      "s.k1 and w.k2 = s.k2 and w._seq = s._seq and w._subtask = s._subtask and s._op = 1",
      "DELETE 1");
  Expect(
      "insert into upserted (k1, k2, v, s) select s.k1, s.k2, s.v, s.s from stage s join winners w on w.k1 = "
      "s.k1 "
      "and w.k2 = s.k2 and w._seq = s._seq and w._subtask = s._subtask where s._op = 0 and not exists "
      "(select 1 "
      "from upserted t where t.k1 = s.k1 and t.k2 = s.k2)",
      "INSERT 0 1");
  Expect("drop table winners", "DROP TABLE");
  Expect("drop table stage", "DROP TABLE");
  Expect("insert into upsert_ledger values ('checkpoint', 4)", "INSERT 0 1");
  Expect("commit", "COMMIT");
  EXPECT_EQ(client_.Run("select k1, k2, v, s, note from upserted order by k1").rows,
            (Rows{{"a  ", "1.00", "new", R"({"x":2})", "kept"}, {"c", "3.00", "c", "[]", "none"}}));
  EXPECT_EQ(client_.Run("select id from upserted where k1 = 'a'").Value(), id);
}

TEST_F(UpsertTest, BindsSuperAndVarbyteInRowsOfValues) {
  client_.Run(
      "create temp table bound (id int, s super, v varbyte(10), y interval year to month, d interval day to "
      "second)");
  EXPECT_EQ(
      client_
          .RunWith("insert into bound (id, s, v, y, d) values ($1, json_parse($2), to_varbyte($3, 'hex'), "
                   "$4, $5), "
                   "($6, json_parse($7), to_varbyte($8, 'hex'), $9, $10)",
                   {"1", "{\"a\":[1]}", "00ff", "1-2", "1 00:00:01", "2", "\"x\"", "", "0-0", "-1 days"})
          .tag,
      "INSERT 0 2");
  EXPECT_EQ(client_.RunWith("select s, v, y, d from bound where id = $1", {"1"}).rows,
            (Rows{{R"({"a":[1]})", "00ff", "1 year 2 mons", "1 day 00:00:01"}}));
}

TEST_F(UpsertTest, ExistingTablesAreSkippedWithAnInfo) {
  EXPECT_EQ(client_.Run("create table if not exists upserted (a int)").tag, "CREATE TABLE");
  EXPECT_THAT(
      client_.TakeNotices(),
      ::testing::Contains(HasSubstr("INFO: Relation \"upserted\" already exists and will be skipped")));
}

TEST_F(UpsertTest, TemporaryTablesHideOthersAndAreLikeThem) {
  Expect("create temp table upserted (like upserted including defaults)", "CREATE TABLE");
  EXPECT_EQ(client_.Run("select count(*) from upserted").Value(), "0");
  EXPECT_EQ(
      client_
          .Run("select \"column\", type, distkey, sortkey, \"notnull\" from pg_table_def where tablename = "
               "'upserted' and schemaname like 'pg_temp%' and \"column\" like 'k%' order by 1")
          .rows,
      (Rows{{"k1", "character varying(10)", "t", "1", "t"}, {"k2", "numeric(5,2)", "f", "2", "t"}}));
  client_.Run("insert into upserted (id, k1, k2) values (1, 'a', 1)");
  EXPECT_EQ(client_.Run("select note from upserted").Value(), "none");
  Expect("drop table upserted", "DROP TABLE");
  EXPECT_EQ(
      client_.Run("select count(*) from information_schema.table_constraints where table_name = 'upserted'")
          .Value(),
      "1");
}

}  // namespace
}  // namespace redshift_local
