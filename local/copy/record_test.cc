// Where records end and how they fall into fields.
#include <arrow/buffer.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>

#include "local/copy/record_reader.h"
#include "local/copy/record_splitter.h"

namespace redshift_local {
namespace {

using testing::ElementsAre;

// Gives a few bytes at a time, so that records meet every kind of boundary.
class TrickleStream : public arrow::io::InputStream {
 public:
  TrickleStream(std::string text, size_t step) : text_(std::move(text)), step_(step) {}
  arrow::Status Close() override { return arrow::Status::OK(); }
  bool closed() const override { return false; }
  arrow::Result<int64_t> Tell() const override { return static_cast<int64_t>(at_); }
  arrow::Result<int64_t> Read(int64_t bytes, void* out) override {
    const size_t part = std::min({static_cast<size_t>(bytes), step_, text_.size() - at_});
    std::memcpy(out, text_.data() + at_, part);
    at_ += part;
    return static_cast<int64_t>(part);
  }
  arrow::Result<std::shared_ptr<arrow::Buffer>> Read(int64_t) override {
    return arrow::Status::NotImplemented("");
  }

 private:
  std::string text_;
  size_t step_;
  size_t at_ = 0;
};

CopyStatement Csv() {
  CopyStatement statement;
  statement.format = CopyFormat::kCsv;
  statement.delimiter = ',';
  return statement;
}

CopyStatement Text(std::initializer_list<CopyOption> options = {}) {
  CopyStatement statement;
  for (const auto option : options) statement.given.set(static_cast<size_t>(option));
  return statement;
}

using Lines = std::vector<std::pair<int64_t, std::string>>;

Lines Records(const CopyStatement& statement, const std::string& text, size_t step, int64_t header = 0) {
  RecordReader reader(std::make_shared<TrickleStream>(text, step), statement);
  EXPECT_TRUE(reader.SkipLines(header).ok());
  Lines lines;
  Record record;
  for (;;) {
    const auto more = reader.Next(&record);
    EXPECT_TRUE(more.ok());
    if (!more.ok() || !*more) return lines;
    lines.emplace_back(record.line, record.too_long ? "too long" : std::string(record.bytes));
  }
}

void ExpectRecords(const CopyStatement& statement, const std::string& text, const Lines& expected,
                   int64_t header = 0) {
  for (const size_t step : {1, 2, 3, 7, 4096}) {
    EXPECT_EQ(Records(statement, text, step, header), expected) << "step " << step;
  }
}

std::vector<std::string> Fields(const CopyStatement& statement, std::string_view record) {
  const auto splitter = MakeRecordSplitter(statement);
  std::vector<FieldView> fields;
  FieldError error;
  if (!splitter->Split(record, &fields, &error)) return {"error", std::to_string(error.code)};
  std::vector<std::string> texts;
  for (const auto& field : fields) texts.emplace_back(field.text);
  return texts;
}

TEST(RecordReader, TextEndsAtLineFeeds) {
  ExpectRecords(Text(), "a|b\nc\n\nd", {{1, "a|b"}, {2, "c"}, {3, ""}, {4, "d"}});
  ExpectRecords(Text(), "", {});
  ExpectRecords(Text(), "\n", {{1, ""}});
  ExpectRecords(Text(), "\"a\nb\"\n", {{1, "\"a"}, {2, "b\""}});
}

TEST(RecordReader, AByteOrderMarkAndCarriageReturnsAreNoData) {
  ExpectRecords(Text(),
                "\xEF\xBB\xBF"
                "a\r\nb\r\n",
                {{1, "a"}, {2, "b"}});
  ExpectRecords(Text(), "\xEF\xBB\xBFh\na\n", {{2, "a"}}, 1);
  ExpectRecords(Text(), "\xEF\xBB", {{1, "\xEF\xBB"}});
}

TEST(RecordReader, EscapedLineFeedsAreData) {
  ExpectRecords(Text({CopyOption::kEscape}), "a\\\nb\nc\\\\\nd", {{1, "a\\\nb"}, {3, "c\\\\"}, {4, "d"}});
}

TEST(RecordReader, QuotedLineFeedsAreDataInCsv) {
  ExpectRecords(Csv(), "a,\"b\nc\"\n\"\"\"\n\",d\ne\n", {{1, "a,\"b\nc\""}, {3, "\"\"\"\n\",d"}, {5, "e"}});
  // A quote inside a bare field opens nothing.
  ExpectRecords(Csv(), "a\"b\nc\n", {{1, "a\"b"}, {2, "c"}});
  ExpectRecords(Csv(), "a, \"b\nc\"\nd\n", {{1, "a, \"b\nc\""}, {3, "d"}});
}

TEST(RecordReader, HeadersAreSkippedLineByLine) {
  ExpectRecords(Csv(), "\"x\ny\nz\n", {{3, "z"}}, 2);
  ExpectRecords(Text(), "a\n", {}, 5);
}

TEST(RecordReader, RecordsOverFourMegabytesAreReportedAndPassed) {
  const std::string limit(kMaxRecordBytes, 'x');
  EXPECT_EQ(Records(Text(), limit + "\nb\n", 1 << 20), (Lines{{1, limit}, {2, "b"}}));
  EXPECT_EQ(Records(Text(), limit + "x\nb\n", 1 << 20), (Lines{{1, "too long"}, {2, "b"}}));
  EXPECT_EQ(Records(Text(), limit + limit + limit + limit + "\nb", 1 << 20),
            (Lines{{1, "too long"}, {2, "b"}}));
  EXPECT_EQ(Records(Csv(), "\"" + limit + "\n" + limit + "\n" + limit + "\"\nb\n", 1 << 20),
            (Lines{{1, "too long"}, {4, "b"}}));
}

TEST(RecordSplitter, SplitsText) {
  EXPECT_THAT(Fields(Text(), "a|b||"), ElementsAre("a", "b", "", ""));
  EXPECT_THAT(Fields(Text(), ""), ElementsAre(""));
  EXPECT_THAT(Fields(Text(), "a\\|b|\"c\""), ElementsAre("a\\", "b", "\"c\""));
  EXPECT_THAT(Fields(Text({CopyOption::kEscape}), "a\\|b|c\\\\|\\\nd"), ElementsAre("a|b", "c\\", "\nd"));
}

// The guide's own examples of REMOVEQUOTES.
TEST(RecordSplitter, RemovesOneLayerOfQuotes) {
  const auto statement = Text({CopyOption::kRemoveQuotes});
  EXPECT_THAT(Fields(statement, "'The delimiter is a pipe (|) character'"),
              ElementsAre("The delimiter is a pipe (|) character"));
  EXPECT_THAT(Fields(statement, "'Black'|\"White\"|Blue'|''Black''|' '"),
              ElementsAre("Black", "White", "Blue'", "'Black'", " "));
  EXPECT_THAT(Fields(statement, "'Blue"), ElementsAre("error", "1214"));
}

TEST(RecordSplitter, SplitsCsv) {
  EXPECT_THAT(Fields(Csv(), "a,,\"\",\"b\"\"c\",\"d,e\""), ElementsAre("a", "", "", "b\"c", "d,e"));
  EXPECT_THAT(Fields(Csv(), "a,  \"b\",c \\N"), ElementsAre("a", "b", "c \\N"));
  EXPECT_THAT(Fields(Csv(), "\"\"\"\"\"\",x"), ElementsAre("\"\"", "x"));
  for (const auto* bad : {"\"a\"b,c", "a\"b", "\"a", "\"a\" ,b"}) {
    EXPECT_THAT(Fields(Csv(), bad), ElementsAre("error", "1214")) << bad;
  }
}

}  // namespace
}  // namespace redshift_local
