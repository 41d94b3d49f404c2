// The statements that bring a stage into its target. Forms are those of Redshift's guide (r_DELETE, r_UPDATE,
// c_best-practices-upsert).

#include "engine/sql/upsert_statements.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace redshift {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

Identifier Name(std::string_view name) {
  return *Identifier::Make(name, "column");
}

UpsertNames Names(std::vector<Identifier> columns, std::vector<Identifier> key) {
  return {*QualifiedName::Make("public", "orders"),
          Name("stage"),
          Name("earlier"),
          std::move(columns),
          std::move(key),
          Name("_op"),
          Name("_seq"),
          Name("_subtask")};
}

RedshiftType Varchar(int32_t length) {
  return {.kind = RedshiftKind::kVarchar, .length = length};
}

TargetTable Orders() {
  TargetTable table{.schema = "public", .name = "orders", .columns = {}};
  table.columns = {{.name = "id", .type = {.kind = RedshiftKind::kBigInt}, .not_null = true},
                   {.name = "city", .type = Varchar(20), .not_null = true},
                   {.name = "price",
                    .type = {.kind = RedshiftKind::kDecimal, .precision = 10, .scale = 2},
                    .not_null = true}};
  return table;
}

std::vector<std::string> Texts(const std::vector<Statement>& statements) {
  std::vector<std::string> texts;
  for (const Statement& statement : statements) texts.push_back(statement.text);
  return texts;
}

TEST(UpsertSql, StageHasTheTargetsTypesAndOnlyKeysAreNotNull) {
  TargetTable target = Orders();
  target.distkey = "city";
  target.sortkey = {"price", "created", "id"};
  const auto upsert = *UpsertStatements::Make(
      Names({Name("price"), Name("city"), Name("id")}, {Name("city"), Name("id")}), target);
  EXPECT_EQ(upsert.CreateStage().text,
            "CREATE TEMP TABLE \"stage\" (\n"
            "  \"price\" DECIMAL(10,2),\n"
            "  \"city\" VARCHAR(20) NOT NULL,\n"
            "  \"id\" BIGINT NOT NULL,\n"
            "  \"_op\" SMALLINT NOT NULL,\n"
            "  \"_seq\" BIGINT NOT NULL,\n"
            "  \"_subtask\" INTEGER NOT NULL\n"
            ")\n"
            "DISTKEY (\"city\")\n"
            "SORTKEY (\"price\")");
  EXPECT_EQ(upsert.DropStage().text, "DROP TABLE \"stage\"");
  EXPECT_EQ(upsert.stage_columns().size(), 6);
  EXPECT_EQ(upsert.stage_columns()[3], Name("_op"));
  EXPECT_EQ(upsert.stage().Quoted(), "\"stage\"");
}

TEST(UpsertSql, LastChangeIsFoundOverTheKeyAndItsPlaceAlone) {
  const auto upsert = *UpsertStatements::Make(
      Names({Name("id"), Name("city"), Name("price")}, {Name("id"), Name("city")}), Orders());
  EXPECT_EQ(upsert.CountRepeatedKeys().text,
            "SELECT count(*) FROM (SELECT 1 AS one FROM \"stage\" GROUP BY \"id\", RTRIM(\"city\") HAVING "
            "count(*) > 1) AS repeated");
  EXPECT_THAT(
      Texts(upsert.KeepLastPerKey()),
      ::testing::ElementsAre(
          "CREATE TEMP TABLE \"earlier\" (\"_seq\" BIGINT NOT NULL, \"_subtask\" INTEGER NOT NULL)",
          "INSERT INTO \"earlier\" (\"_seq\", \"_subtask\")\n"
          "SELECT \"_seq\", \"_subtask\" FROM (\n"
          "  SELECT \"_seq\", \"_subtask\", ROW_NUMBER() OVER (PARTITION BY \"id\", RTRIM(\"city\") ORDER BY "
          "\"_seq\" DESC, \"_subtask\" DESC) AS place\n"
          "  FROM \"stage\"\n"
          ") AS placed WHERE place > 1",
          "DELETE FROM \"stage\" USING \"earlier\" WHERE \"stage\".\"_seq\" = \"earlier\".\"_seq\" AND "
          "\"stage\".\"_subtask\" = \"earlier\".\"_subtask\"",
          "DROP TABLE \"earlier\""));
}

TEST(UpsertSql, AllColumnsDeclared) {
  const auto upsert = *UpsertStatements::Make(
      Names({Name("id"), Name("city"), Name("price")}, {Name("id"), Name("city")}), Orders());
  EXPECT_THAT(
      Texts(upsert.Apply()),
      ::testing::ElementsAre(
          "DELETE FROM \"public\".\"orders\" USING \"stage\" WHERE \"orders\".\"id\" = \"stage\".\"id\" "
          "AND \"orders\".\"city\" = \"stage\".\"city\"",
          "INSERT INTO \"public\".\"orders\" (\"id\", \"city\", \"price\")\n"
          "SELECT \"id\", \"city\", \"price\" FROM \"stage\" WHERE \"_op\" = 0"));
}

TEST(UpsertSql, ColumnsThatAreNotDeclaredKeepTheirValues) {
  const auto upsert = *UpsertStatements::Make(Names({Name("price"), Name("id")}, {Name("id")}), Orders());
  EXPECT_THAT(
      Texts(upsert.Apply()),
      ::testing::ElementsAre(
          "UPDATE \"public\".\"orders\" SET \"price\" = \"stage\".\"price\"\n"
          "FROM \"stage\" WHERE \"orders\".\"id\" = \"stage\".\"id\" AND \"stage\".\"_op\" = 0",
          "DELETE FROM \"public\".\"orders\" USING \"stage\" WHERE \"orders\".\"id\" = \"stage\".\"id\" "
          "AND \"stage\".\"_op\" = 1",
          "INSERT INTO \"public\".\"orders\" (\"price\", \"id\")\n"
          "SELECT \"stage\".\"price\", \"stage\".\"id\" FROM \"stage\" LEFT JOIN \"public\".\"orders\" ON "
          "\"orders\".\"id\" = \"stage\".\"id\"\n"
          "WHERE \"stage\".\"_op\" = 0 AND \"orders\".\"id\" IS NULL"));
}

TEST(UpsertSql, KeyAloneNeedsNoUpdate) {
  const auto upsert = *UpsertStatements::Make(Names({Name("id")}, {Name("id")}), Orders());
  const std::vector<std::string> texts = Texts(upsert.Apply());
  ASSERT_EQ(texts.size(), 2);
  EXPECT_THAT(texts[0], HasSubstr("DELETE FROM \"public\".\"orders\""));
  EXPECT_THAT(texts[1], HasSubstr("INSERT INTO \"public\".\"orders\""));
}

TEST(UpsertSql, ColumnsThatTheTargetHasLostAreAllNamed) {
  EXPECT_THAT(UpsertStatements::Make(Names({Name("id"), Name("a"), Name("b")}, {Name("id")}), Orders())
                  .status()
                  .message(),
              AllOf(HasSubstr("public.orders"), HasSubstr("\"a\""), HasSubstr("\"b\"")));
}

TEST(UpsertSql, OverwriteDeletesAndNeverTruncates) {
  EXPECT_EQ(DeleteAllSql(*QualifiedName::Make("public", "orders")).text, "DELETE FROM \"public\".\"orders\"");
}

}  // namespace
}  // namespace redshift
