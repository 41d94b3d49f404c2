// Values of types with functions of their own, sent by INSERT and read back as text.

#include "engine/sink/row_inserter.h"

#include <arrow/api.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/sink/sink_test_support.h"

namespace redshift {
namespace {

const RedshiftLocal& Local() {
  return RedshiftLocal::Get();
}

std::shared_ptr<arrow::Array> Finish(arrow::ArrayBuilder& builder) {
  return builder.Finish().ValueOrDie();
}

TEST(RowInserter, SuperVarbyteAndIntervalsKeepTheirValues) {
  const std::string table = TestTableName();
  Local().Sql("CREATE TABLE " + table +
              " (id INTEGER, v VARBYTE(10), s SUPER, y INTERVAL YEAR TO MONTH, d INTERVAL DAY TO SECOND)");

  arrow::Int32Builder ids;
  ASSERT_TRUE(ids.AppendValues({1, 2, 3}).ok());
  arrow::BinaryBuilder bytes;
  ASSERT_TRUE(bytes.Append(std::string("\x00\xff'", 3)).ok());
  ASSERT_TRUE(bytes.Append("").ok());
  ASSERT_TRUE(bytes.AppendNull().ok());
  auto texts = std::make_shared<arrow::StringBuilder>();
  arrow::ListBuilder lists(arrow::default_memory_pool(), texts);
  ASSERT_TRUE(lists.Append().ok());
  ASSERT_TRUE(texts->Append("it's \"\\").ok());
  ASSERT_TRUE(texts->AppendNull().ok());
  ASSERT_TRUE(lists.Append().ok());
  ASSERT_TRUE(lists.AppendNull().ok());
  arrow::MonthIntervalBuilder months;
  ASSERT_TRUE(months.Append(14).ok());
  ASSERT_TRUE(months.Append(-1).ok());
  ASSERT_TRUE(months.AppendNull().ok());
  arrow::DurationBuilder durations(arrow::duration(arrow::TimeUnit::MILLI), arrow::default_memory_pool());
  ASSERT_TRUE(durations.Append(90'061'001).ok());
  ASSERT_TRUE(durations.Append(0).ok());
  ASSERT_TRUE(durations.AppendNull().ok());
  const auto id = Finish(ids);
  const auto v = Finish(bytes);
  const auto s = Finish(lists);
  const auto y = Finish(months);
  const auto d = Finish(durations);
  const RecordBatches rows = {
      arrow::RecordBatch::Make(arrow::schema({arrow::field("id", id->type()), arrow::field("v", v->type()),
                                              arrow::field("s", s->type()), arrow::field("y", y->type()),
                                              arrow::field("d", d->type())}),
                               3, {id, v, s, y, d})};

  std::vector<Identifier> columns;
  for (const char* name : {"id", "v", "s", "y", "d"}) columns.push_back(*Identifier::Make(name, "column"));
  auto inserter = RowInserter::Make(*QualifiedName::Make("public", table), columns,
                                    {{.kind = RedshiftKind::kInteger},
                                     {.kind = RedshiftKind::kVarbyte, .length = 10},
                                     {.kind = RedshiftKind::kSuper},
                                     {.kind = RedshiftKind::kIntervalYearMonth},
                                     {.kind = RedshiftKind::kIntervalDayTime}});
  ASSERT_TRUE(inserter.ok()) << inserter.status();
  auto session = Local().Connect();
  inserter->Start(&rows);
  ASSERT_TRUE(inserter->Fill().ok());
  EXPECT_TRUE(inserter->at_end());
  const arrow::Status sent = inserter->Send(session.get(), Clock::now() + std::chrono::seconds(60));
  ASSERT_TRUE(sent.ok()) << sent;

  const auto value = [&](const std::string& expression, int row) {
    return Local().Sql("SELECT " + expression + " FROM " + table + " WHERE id = " + std::to_string(row));
  };
  EXPECT_EQ(value("v", 1), "00ff27");
  EXPECT_EQ(value("v IS NULL", 2), "f");
  EXPECT_EQ(value("v IS NULL", 3), "t");
  EXPECT_EQ(value("json_serialize(s)", 1), R"(["it's \"\\",null])");
  EXPECT_EQ(value("json_serialize(s)", 2), "[]");
  EXPECT_EQ(value("s IS NULL", 3), "t");
  EXPECT_EQ(value("y = INTERVAL '1 year 2 months' YEAR TO MONTH", 1), "t");
  EXPECT_EQ(value("y = INTERVAL '-1 month' YEAR TO MONTH", 2), "t");
  EXPECT_EQ(value("d = INTERVAL '1 day 1 hour 1 minute 1.001 seconds' DAY TO SECOND", 1), "t");
  EXPECT_EQ(value("d IS NULL", 3), "t");
}

}  // namespace
}  // namespace redshift
