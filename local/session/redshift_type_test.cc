// SUPER, VARBYTE and INTERVAL over SQL, against the running program.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "local/testing/local_process.h"

namespace redshift_local {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Rows = std::vector<std::vector<std::string>>;

std::vector<Oid> TypesOf(Client& client, const std::string& sql) {
  std::unique_ptr<PGresult, decltype(&PQclear)> result(PQexec(client.connection(), sql.c_str()), &PQclear);
  std::vector<Oid> types;
  for (int i = 0; i < PQnfields(result.get()); ++i) types.push_back(PQftype(result.get(), i));
  return types;
}

TEST(RedshiftTypeTest, AreOnTheWireUnderRedshiftsOids) {
  Client client;
  ASSERT_TRUE(client
                  .Run("create temp table wire (s super, v varbyte(10), w binary varying, y interval year to "
                       "month, d interval day to second (3), t varchar, c char(3))")
                  .ok());
  EXPECT_THAT(TypesOf(client, "select * from wire"), ElementsAre(4000, 6551, 6551, 1188, 1190, 1043, 1042));
  EXPECT_THAT(TypesOf(client, "select interval '1-2' year to month, interval '3' day"),
              ElementsAre(1188, 1190));
  EXPECT_THAT(TypesOf(client, "select json_parse('1'), json_serialize(json_parse('1')), from_hex('00')"),
              ElementsAre(4000, 1043, 6551));
}

TEST(RedshiftTypeTest, SuperIsToldAsJson) {
  Client client;
  ASSERT_TRUE(client.Run("create temp table t (id int, s super)").ok());
  EXPECT_EQ(client
                .Run(R"(insert into t values (1, json_parse('{"b" : 1.10, "a": [1, 2e400, "x  y", null]}')),
                        (2, json_parse('12345678901234567890123456789.000')), (3, json_parse('"text"')),
                        (4, json_parse(' [ ] ')), (5, null), (6, json_parse('null')))")
                .tag,
            "INSERT 0 6");
  EXPECT_EQ(client.Run("select s from t order by id").rows, (Rows{{R"({"b":1.10,"a":[1,2e400,"x  y",null]})"},
                                                                  {"12345678901234567890123456789.000"},
                                                                  {R"("text")"},
                                                                  {"[]"},
                                                                  {"NULL"},
                                                                  {"null"}}));
  EXPECT_EQ(client.RunWith("select json_serialize(s), s from t where id = $1::int", {"1"}).rows,
            (Rows{{R"({"b":1.10,"a":[1,2e400,"x  y",null]})", R"({"b":1.10,"a":[1,2e400,"x  y",null]})"}}));
}

TEST(RedshiftTypeTest, PlainTextInASuperColumnIsAStringScalar) {
  Client client;
  ASSERT_TRUE(client.Run("create temp table t (id int, s super)").ok());
  ASSERT_TRUE(
      client.Run(R"(insert into t values (1, '{"a":1}'), (2, 'say "hi"'), (3, 12), (4, true), (5, 1.50))")
          .ok());
  ASSERT_TRUE(client.RunWith("insert into t values (6, $1)", {"bound"}).ok());
  EXPECT_EQ(client.Run("select s, json_typeof(s) from t order by id").rows,
            (Rows{{R"("{\"a\":1}")", "string"},
                  {R"("say \"hi\"")", "string"},
                  {"12", "number"},
                  {"true", "boolean"},
                  {"1.50", "number"},
                  {R"("bound")", "string"}}));
  EXPECT_EQ(client.Run("insert into t values (7, '2020-01-01'::date)").sqlstate, "42804");
}

TEST(RedshiftTypeTest, SuperIsComparedAndGrouped) {
  Client client;
  client.Run("create temp table a (id int, s super)");
  client.Run("insert into a values (1, json_parse('[1]')), (2, json_parse('[ 1 ]')), (3, 'x'), (4, null)");
  EXPECT_EQ(client.Run("select count(distinct s) from a").Value(), "2");
  EXPECT_EQ(client.Run("select count(*) from a join a b on a.s = b.s").Value(), "5");
  EXPECT_EQ(client.Run("delete from a using a b where a.id = b.id and b.s = a.s").tag, "DELETE 3");
}

TEST(RedshiftTypeTest, CastingAnObjectToTextGivesNull) {
  Client client;
  EXPECT_EQ(client.Run(R"(select json_parse('{"a":1}')::varchar)").Value(), "NULL");
  EXPECT_EQ(client.Run(R"(select json_parse('"a b"')::varchar)").Value(), "a b");
  EXPECT_EQ(client.Run("select json_parse('1.250')::varchar").Value(), "1.250");
  EXPECT_EQ(client.Run("select json_parse('77')::int").Value(), "77");
}

TEST(RedshiftTypeTest, SuperRefusesWhatRedshiftRefuses) {
  Client client;
  EXPECT_THAT(client.Run(R"(select json_parse('{"a":'))").message, HasSubstr("JSON"));
  EXPECT_THAT(client.Run(R"(select json_parse('{"o":[{"x":1,"x":2}]}'))").message, HasSubstr("Duplicate"));
  const std::string longest(65535, 'x');
  EXPECT_EQ(client.RunWith("select length(json_parse($1)::varchar)", {'"' + longest + '"'}).Value(), "65535");
  EXPECT_THAT(client.RunWith("select json_parse($1)", {R"({"a":["x)" + longest + "\"]}"}).message,
              HasSubstr("65535"));
  EXPECT_THAT(
      client.RunWith("select json_parse($1)", {'[' + std::string(16 * 1024 * 1024, ' ') + ']'}).message,
      HasSubstr("16777216"));
  EXPECT_EQ(client.Run("create table k (s super distkey)").sqlstate, "0A000");
  EXPECT_EQ(client.Run("create table k (s super sortkey)").sqlstate, "0A000");
  EXPECT_EQ(client.Run("create table k (s super primary key)").sqlstate, "0A000");
  ASSERT_TRUE(client.Run("create table keyless (s super, v varbyte)").ok());
  EXPECT_EQ(client.Run("alter table keyless add primary key (s)").sqlstate, "0A000");
  EXPECT_EQ(client.Run("alter table keyless add unique (s)").sqlstate, "0A000");
  EXPECT_EQ(client.Run("create table k distkey(s) as select * from keyless").sqlstate, "0A000");
  EXPECT_EQ(client.Run("create table k sortkey(v) as select * from keyless").sqlstate, "0A000");
}

TEST(RedshiftTypeTest, StringsOfASuperColumnHave65535BytesWhateverTheWay) {
  Client client;
  ASSERT_TRUE(client.Run("create temp table t (id int, s super)").ok());
  ASSERT_TRUE(client.Run("create temp table longer (v varchar(65535), w varchar(10))").ok());
  ASSERT_TRUE(client.RunWith("insert into longer values ($1, 'yyyyyyyyyy')", {std::string(65535, 'x')}).ok());
  const std::string longest(65535, 'x');
  EXPECT_TRUE(client.Run("insert into t values (1, '" + longest + "')").ok());
  EXPECT_TRUE(client.RunWith("insert into t values (2, $1)", {longest}).ok());
  EXPECT_TRUE(client.Run("insert into t select 3, v from longer").ok());
  const std::string refusal = "String value exceeds the max size of 65535 bytes";
  EXPECT_EQ(client.Run("insert into t values (4, '" + longest + "y')").message, refusal);
  EXPECT_EQ(client.Run("insert into t (id, s) values (4, null), (5, '" + longest + "\xC3\xA9')").message,
            refusal);
  EXPECT_EQ(client.RunWith("insert into t values (4, $1)", {longest + 'y'}).message, refusal);
  EXPECT_EQ(client.Run("insert into t select 4, v || w from longer").message, refusal);
  EXPECT_EQ(client.Run("update t set s = '" + longest + "y'").message, refusal);
  EXPECT_EQ(
      client.Run("update t set s = longer.v || longer.w from longer where t.id = len(longer.w) - 9").message,
      refusal);
  ASSERT_TRUE(client.Run("create temp table alike (like t)").ok());
  EXPECT_EQ(client.Run("insert into alike values (4, '" + longest + "y')").message, refusal);
  // JSON may be longer.
  EXPECT_TRUE(
      client.RunWith("insert into t values (6, json_parse($1))", {"[\"" + longest + "\",\"y\"]"}).ok());
  EXPECT_EQ(client.Run("select count(*) from t").Value(), "4");
  EXPECT_EQ(client.Run("select type from pg_table_def where tablename = 't' and \"column\" = 's'").Value(),
            "super");
  EXPECT_EQ(
      client
          .Run("select format_type(atttypid, atttypmod) from pg_attribute where attrelid = 't'::regclass and "
               "attname = 's'")
          .Value(),
      "super");
  std::unique_ptr<PGresult, decltype(&PQclear)> result(
      PQexec(client.connection(), "select s from t where id < 0"), &PQclear);
  EXPECT_EQ(PQfmod(result.get(), 0), -1);
}

TEST(RedshiftTypeTest, VarbyteIsToldInLowerCaseHexWithoutPrefix) {
  Client client;
  ASSERT_TRUE(client.Run("create temp table t (id int, v varbyte(4))").ok());
  ASSERT_TRUE(client
                  .Run("insert into t values (1, to_varbyte('00FFab','hex')), (2, from_hex('DEADBEEF')), "
                       "(3, 'abc'::varbyte), (4, ''::varbyte), (5, null), (6, cast('a\\\\b' as varbyte))")
                  .ok());
  ASSERT_TRUE(client.RunWith("insert into t values (7, to_varbyte($1, 'utf8'))", {"\xC3\xA9"}).ok());
  EXPECT_EQ(client.Run("select v from t order by id").rows,
            (Rows{{"00ffab"}, {"deadbeef"}, {"616263"}, {""}, {"NULL"}, {"615c62"}, {"c3a9"}}));
  EXPECT_EQ(client.RunWith("select v from t where v = from_hex($1)", {"616263"}).Value(), "616263");
  EXPECT_EQ(
      client.Run("select from_varbyte(v, 'hex') || from_varbyte(v, 'utf8') from t where id = 3").Value(),
      "616263abc");
}

TEST(RedshiftTypeTest, VarbyteHasItsLimits) {
  Client client;
  ASSERT_TRUE(client.Run("create temp table t (v varbyte(4))").ok());
  EXPECT_EQ(client.Run("insert into t values (from_hex('0011223344'))").sqlstate, "22001");
  EXPECT_EQ(client.Run("select from_hex('0011223344')::varbyte(2)").Value(), "0011");
  EXPECT_FALSE(client.Run("select to_varbyte('0', 'hex')").ok());
  EXPECT_FALSE(client.Run("select to_varbyte('zz', 'hex')").ok());
  EXPECT_TRUE(client.Run("create temp table u (v varbyte(1024000))").ok());
  EXPECT_FALSE(client.Run("create temp table w (v varbyte(1024001))").ok());
  EXPECT_EQ(client.Run("create table k (v varbyte sortkey)").sqlstate, "0A000");
}

TEST(RedshiftTypeTest, IntervalsInBinaryAreMonthsAndMicroseconds) {
  Client client;
  std::unique_ptr<PGresult, decltype(&PQclear)> result(
      PQexecParams(client.connection(),
                   "select interval '-1-2' year to month, interval '1 00:00:00.000001' day to second", 0,
                   nullptr, nullptr, nullptr, nullptr, 1),
      &PQclear);
  ASSERT_EQ(PQntuples(result.get()), 1);
  EXPECT_EQ(std::string(PQgetvalue(result.get(), 0, 0), PQgetlength(result.get(), 0, 0)), "\xff\xff\xff\xf2");
  EXPECT_EQ(std::string(PQgetvalue(result.get(), 0, 1), PQgetlength(result.get(), 0, 1)),
            std::string("\x00\x00\x00\x14\x1d\xd7\x60\x01", 8));
}

TEST(RedshiftTypeTest, IntervalsKeepTheirFieldsAndLimits) {
  Client client;
  ASSERT_TRUE(
      client.Run("create temp table t (id int, y interval year to month, d interval day to second (3))")
          .ok());
  ASSERT_TRUE(
      client
          .Run("insert into t values (1, interval '20' month, interval '36:00:01.2345' hour to second), "
               "(2, '-1-2', '-2 days -01:00:00'), (3, '178956970-7', '106751991 days 04:00:54.775')")
          .ok());
  EXPECT_EQ(client.Run("select y, d from t order by id").rows,
            (Rows{{"1 year 8 mons", "1 day 12:00:01.235"},
                  {"-1 years -2 mons", "-2 days -01:00:00"},
                  {"178956970 years 7 mons", "106751991 days 04:00:54.775"}}));
  EXPECT_FALSE(client.Run("insert into t values (4, '178956970-8', null)").ok());
  EXPECT_FALSE(client.Run("insert into t values (4, null, '106751991 days 04:00:54.776')").ok());
  EXPECT_FALSE(client.Run("insert into t values (4, null, '1 month')").ok());
  EXPECT_FALSE(client.Run("create temp table u (d interval day to second (7))").ok());
  EXPECT_FALSE(client.Run("create temp table u (d interval)").ok());
  EXPECT_FALSE(client.Run("create temp table u (d interval month to day)").ok());
}

}  // namespace
}  // namespace redshift_local
