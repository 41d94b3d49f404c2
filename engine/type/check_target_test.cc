#include "engine/type/check_target.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/type/created_type.h"

namespace redshift {
namespace {

using ::testing::HasSubstr;

/// "character varying" 256, "numeric" 10 2: as SVV_COLUMNS has them.
RedshiftType TypeOf(const std::string& name, std::optional<int64_t> first = {},
                    std::optional<int64_t> second = {}) {
  return ParseRedshiftType(name, first, first, second).ValueOrDie();
}

arrow::Status Check(const std::string& declared, const RedshiftType& target) {
  const TableSchema schema({{"c", ParseFlinkType(declared).ValueOrDie()}});
  return CheckTarget(schema, TargetTable{"public", "t", {{"c", target}}});
}

TEST(CheckTarget, RoundingTakesMoreFractionalDigitsAndNothingElse) {
  const auto rounded = [](const char* declared, const RedshiftType& target) {
    const TableSchema schema({{"c", ParseFlinkType(declared).ValueOrDie()}});
    return CheckTarget(schema, TargetTable{"public", "t", {{"c", target}}}, SurplusDigits::kRounded).ok();
  };
  EXPECT_TRUE(rounded("DECIMAL(10, 4)", TypeOf("numeric", 8, 2)));
  EXPECT_TRUE(rounded("DECIMAL(38, 37)", TypeOf("numeric", 1, 0)));
  EXPECT_FALSE(rounded("DECIMAL(10, 4)", TypeOf("numeric", 7, 2)));
  EXPECT_FALSE(rounded("DECIMAL(10, 4)", TypeOf("bigint")));
  EXPECT_FALSE(rounded("DOUBLE", TypeOf("numeric", 38, 10)));
}

TEST(ParseRedshiftType, ReadsTheSpellingsOfSvvColumns) {
  const std::pair<const char*, const char*> types[] = {
      {"boolean", "BOOLEAN"},
      {"smallint", "SMALLINT"},
      {"integer", "INTEGER"},
      {"bigint", "BIGINT"},
      {"real", "REAL"},
      {"double precision", "DOUBLE PRECISION"},
      {"date", "DATE"},
      {"time without time zone", "TIME"},
      {"time with time zone", "TIMETZ"},
      {"timestamp without time zone", "TIMESTAMP"},
      {"timestamp with time zone", "TIMESTAMPTZ"},
      {"super", "SUPER"},
      {"geometry", "geometry"},
  };
  for (const auto& [name, sql] : types) EXPECT_EQ(TypeOf(name).ToSql(), sql);
  EXPECT_EQ(TypeOf("character varying", 65535).ToSql(), "VARCHAR(65535)");
  EXPECT_EQ(TypeOf("character", 10).ToSql(), "CHAR(10)");
  EXPECT_EQ(TypeOf("numeric", 38, 37).ToSql(), "DECIMAL(38,37)");
  EXPECT_EQ(TypeOf("numeric").ToSql(), "DECIMAL(18,0)");
  EXPECT_FALSE(ParseRedshiftType("numeric", {}, 39, 0).ok());
}

TEST(CheckTarget, AcceptsTheSameTypeAndRoomierOnes) {
  const std::pair<const char*, RedshiftType> fits[] = {
      {"BOOLEAN", TypeOf("boolean")},
      {"TINYINT", TypeOf("smallint")},
      {"SMALLINT", TypeOf("integer")},
      {"INT", TypeOf("integer")},
      {"INT", TypeOf("bigint")},
      {"INT", TypeOf("numeric", 12, 2)},
      {"BIGINT", TypeOf("numeric", 19, 0)},
      {"FLOAT", TypeOf("real")},
      {"DOUBLE", TypeOf("double precision")},
      {"DECIMAL(10, 2)", TypeOf("numeric", 10, 2)},
      {"DECIMAL(10, 2)", TypeOf("numeric", 12, 4)},
      {"DECIMAL(9, 0)", TypeOf("integer")},
      {"STRING", TypeOf("character varying", 10)},
      {"VARCHAR(20)", TypeOf("character", 5)},
      {"CHAR(2)", TypeOf("character varying", 2)},
      {"DATE", TypeOf("date")},
      {"TIME(0)", TypeOf("time without time zone")},
      {"TIMESTAMP(3)", TypeOf("timestamp without time zone")},
      {"TIMESTAMP_LTZ(3)", TypeOf("timestamp with time zone")},
      {"BINARY(4)", TypeOf("binary varying", 2)},
      {"BYTES", TypeOf("varbyte", 64000)},
      {"INTERVAL YEAR TO MONTH", TypeOf("intervaly2m")},
      {"INTERVAL HOUR", TypeOf("interval day to second")},
      {"ARRAY<INT>", TypeOf("super")},
      {"MAP<STRING, INT>", TypeOf("super")},
      {"MULTISET<STRING>", TypeOf("super")},
      {"ROW<`a` INT>", TypeOf("super")},
  };
  for (const auto& [declared, target] : fits) {
    EXPECT_TRUE(Check(declared, target).ok()) << declared << " into " << target.ToSql();
  }
}

TEST(CheckTarget, RefusesTypesThatCannotTakeEveryValue) {
  const std::pair<const char*, RedshiftType> misfits[] = {
      {"BOOLEAN", TypeOf("smallint")},
      {"INT", TypeOf("smallint")},
      {"BIGINT", TypeOf("integer")},
      {"INT", TypeOf("numeric", 11, 2)},
      {"INT", TypeOf("character varying", 20)},
      {"DOUBLE", TypeOf("real")},
      {"FLOAT", TypeOf("double precision")},
      {"DECIMAL(10, 2)", TypeOf("numeric", 10, 1)},
      {"DECIMAL(10, 2)", TypeOf("numeric", 10, 3)},
      {"DECIMAL(10, 0)", TypeOf("integer")},
      {"STRING", TypeOf("integer")},
      {"STRING", TypeOf("super")},
      {"DATE", TypeOf("timestamp without time zone")},
      {"TIMESTAMP(3)", TypeOf("date")},
      {"TIMESTAMP(3)", TypeOf("timestamp with time zone")},
      {"TIMESTAMP_LTZ(3)", TypeOf("timestamp without time zone")},
      {"TIME(0)", TypeOf("time with time zone")},
      {"BYTES", TypeOf("character varying", 100)},
      {"STRING", TypeOf("varbyte", 100)},
      {"BYTES", TypeOf("super")},
      {"INTERVAL YEAR TO MONTH", TypeOf("interval day to second")},
      {"INTERVAL DAY TO SECOND", TypeOf("bigint")},
      {"ARRAY<INT>", TypeOf("character varying", 65535)},
  };
  for (const auto& [declared, target] : misfits) {
    EXPECT_THAT(Check(declared, target).message(), HasSubstr("cannot take every"))
        << declared << " into " << target.ToSql();
  }
}

TEST(CheckTarget, ListsEveryMismatchAtOnce) {
  const TableSchema declared({{"Good", ParseFlinkType("INT").ValueOrDie()},
                              {"missing", ParseFlinkType("INT").ValueOrDie()},
                              {"Narrow", ParseFlinkType("BIGINT NOT NULL").ValueOrDie()},
                              {"id", ParseFlinkType("BIGINT").ValueOrDie()}});
  const TargetTable target{"sales",
                           "orders",
                           {{"good", TypeOf("integer")},
                            {"narrow", TypeOf("integer")},
                            {"id", TypeOf("bigint"), true, false, true},
                            {"needed", TypeOf("integer"), true, false, false},
                            {"filled", TypeOf("integer"), true, true, false},
                            {"free", TypeOf("integer")}}};
  EXPECT_EQ(CheckTarget(declared, target).message(),
            "table \"sales\".\"orders\" does not fit the table declared in Flink:\n"
            "  column \"missing\" does not exist\n"
            "  column \"narrow\" is INTEGER and cannot take every BIGINT\n"
            "  column \"id\" is an IDENTITY column, which Redshift fills itself; leave it out\n"
            "  column \"needed\" is NOT NULL without a default and is not declared in Flink; add it there");
}

TEST(CheckTarget, ColumnsThatDifferOnlyInCaseAreRefused) {
  const TableSchema declared(
      {{"id", ParseFlinkType("INT").ValueOrDie()}, {"Name", ParseFlinkType("INT").ValueOrDie()}});
  EXPECT_EQ(
      CheckTarget(
          declared,
          TargetTable{"public",
                      "t",
                      {{"id", TypeOf("integer")}, {"ID", TypeOf("integer")}, {"Name", TypeOf("integer")}}})
          .message(),
      "table \"public\".\"t\" does not fit the table declared in Flink:\n"
      "  column \"id\" is there 2 times in letters of different case, which only sessions with "
      "enable_case_sensitive_identifier tell apart; rename one of them\n"
      "  column \"name\" is stored as \"Name\", which only sessions with "
      "enable_case_sensitive_identifier can name; rename it");
}

TEST(CheckTarget, KeyComparedWithoutCaseIsRefusedAndOtherColumnsAreNot) {
  TargetTable target{"public", "t", {{"k", TypeOf("character varying", 9)}, {"v", TypeOf("character", 9)}}};
  for (TargetColumn& column : target.columns) column.case_insensitive = true;
  const std::vector<Column> columns = {{"K", ParseFlinkType("STRING NOT NULL").ValueOrDie()},
                                       {"v", ParseFlinkType("STRING").ValueOrDie()}};
  EXPECT_TRUE(CheckTarget(TableSchema(columns), target).ok());
  EXPECT_EQ(
      CheckTarget(TableSchema(columns, {"K"}), target).message(),
      "table \"public\".\"t\" does not fit the table declared in Flink:\n"
      "  column \"k\" is COLLATE CASE_INSENSITIVE and cannot be in the PRIMARY KEY: Flink tells 'a' from "
      "'A', Redshift does not");
}

TEST(CheckTarget, KeyThatMayBeNullInTheTargetIsAccepted) {
  const TargetTable target{"public", "t", {{"k", TypeOf("bigint")}}};
  EXPECT_TRUE(
      CheckTarget(TableSchema({{"k", ParseFlinkType("BIGINT NOT NULL").ValueOrDie()}}, {"k"}), target).ok());
}

TEST(CheckTarget, AcceptsTheColumnsOfACreatedTable) {
  for (const char* declared : {"BOOLEAN",
                               "TINYINT",
                               "SMALLINT",
                               "INT",
                               "BIGINT",
                               "FLOAT",
                               "DOUBLE",
                               "DECIMAL(38, 37)",
                               "CHAR(3)",
                               "VARCHAR(16384)",
                               "STRING",
                               "BINARY(16)",
                               "BYTES",
                               "DATE",
                               "TIME(3)",
                               "TIMESTAMP(6)",
                               "TIMESTAMP_LTZ(3)",
                               "INTERVAL YEAR TO MONTH",
                               "INTERVAL DAY TO SECOND(3)",
                               "ARRAY<INT>",
                               "MAP<STRING, INT>",
                               "MULTISET<STRING>",
                               "ROW<`a` INT>"}) {
    EXPECT_TRUE(Check(declared, CreatedType(ParseFlinkType(declared).ValueOrDie())).ok()) << declared;
  }
}

}  // namespace
}  // namespace redshift
