// Whole COPY statements, with the local disk as S3 and memory as the back end.
#include "local/copy/load.h"

#include <arrow/io/compressed.h>
#include <arrow/io/memory.h>
#include <arrow/util/compression.h>
#include <arrow/util/thread_pool.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>

#include "local/copy/copy_test_support.h"
#include "local/copy/load_tables.h"
#include "local/copy/unverified.h"

namespace redshift_local {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr char kFailed[] = "Load into table 't' failed.  Check 'stl_load_errors' system table for details.";

std::vector<CopyColumn> TwoColumns() {
  return {Column("id", ColumnKind::kInteger), Column("name", ColumnKind::kVarchar, 10)};
}

std::string Compressed(arrow::Compression::type kind, std::string_view text) {
  const auto codec = *arrow::util::Codec::Create(kind);
  const auto sink = *arrow::io::BufferOutputStream::Create();
  const auto stream = *arrow::io::CompressedOutputStream::Make(codec.get(), sink);
  EXPECT_TRUE(stream->Write(text.data(), static_cast<int64_t>(text.size())).ok());
  EXPECT_TRUE(stream->Close().ok());
  return (*sink->Finish())->ToString();
}

class LoadTest : public testing::Test {
 protected:
  CopyResult Copy(MemoryHost* host, const std::string& source, const std::string& options,
                  const std::string& table = "t") {
    return RunCopyFrom(buckets_.opener(),
                       "copy " + table + " from '" + source + "' iam_role default " + options, *host);
  }

  // Loads one file and gives the rows, or the error's code and line as "1207@3".
  std::string LoadOne(MemoryHost* host, std::string_view bytes, const std::string& options) {
    buckets_.Put("b/one", bytes);
    const auto result = Copy(host, "s3://b/one", options);
    if (result.status.ok()) return host->loaded;
    EXPECT_EQ(SqlErrorOf(result.status).message, kFailed);
    EXPECT_TRUE(host->loaded.empty());
    return "failed";
  }

  DiskBuckets buckets_;
};

TEST_F(LoadTest, LoadsEveryObjectWhoseKeyStartsWithThePrefix) {
  buckets_.Put("b/in/custdata.txt", "1|a\n");
  buckets_.Put("b/in/custdata.txt.1", "2|b\n");
  buckets_.Put("b/in/custdata.txt.bak", "3|c|\n");
  buckets_.Put("b/in/other.txt", "9|z\n");
  MemoryHost host(TwoColumns());
  const auto result = Copy(&host, "s3://b/in/custdata.txt", "");
  ASSERT_TRUE(result.status.ok()) << result.status.ToString();
  EXPECT_EQ(host.loaded, "1\ta\n2\tb\n3\tc\n");
  EXPECT_EQ(host.copy_statement,
            "COPY \"public\".\"t\" (\"id\", \"name\") FROM STDIN WITH (FORMAT text, ENCODING 'UTF8')");
  EXPECT_THAT(host.infos, ElementsAre("Load into table 't' completed, 3 record(s) loaded successfully."));
  EXPECT_EQ(result.last_copy_id, 555);
  EXPECT_EQ(result.last_copy_count, 3);
  EXPECT_THAT(host.roles_asked, ElementsAre("default"));
  EXPECT_THAT(host.apart, HasSubstr("'running'"));
  EXPECT_THAT(host.apart, HasSubstr("status = 'completed'"));
}

TEST_F(LoadTest, AMissingPrefixOrBucketIsSaidInRedshiftsWords) {
  buckets_.Put("b/in/x", "1|a\n");
  MemoryHost host(TwoColumns());
  auto result = Copy(&host, "s3://b/nothing/here", "");
  EXPECT_EQ(SqlErrorOf(result.status).message, "The specified S3 prefix 'nothing/here' does not exist");
  EXPECT_EQ(SqlErrorOf(result.status).sqlstate, "XX000");
  EXPECT_FALSE(result.last_copy_id.has_value());
  EXPECT_FALSE(host.aborted);
  result = Copy(&host, "s3://nowhere/x", "");
  EXPECT_THAT(
      SqlErrorOf(result.status).message,
      StartsWith("S3ServiceException:The specified bucket does not exist,Status 404,Error NoSuchBucket"));
  EXPECT_EQ(SqlErrorOf(Copy(&host, "s3://b/in/x", "", "missing").status).sqlstate, "42P01");
}

TEST_F(LoadTest, AManifestNamesItsFilesExactly) {
  buckets_.Put("b/in/a", "1|a\n");
  buckets_.Put("b/in/a2", "2|b\n");
  buckets_.Put("c/other", "3|c\n");
  buckets_.Put("b/m", R"({"entries":[{"url":"s3://b/in/a","mandatory":true},{"url":"s3://c/other"},
                          {"url":"s3://b/in/a","meta":{"content_length":4}},{"url":"s3://b/gone"}],"x":1})");
  MemoryHost host(TwoColumns());
  const auto result = Copy(&host, "s3://b/m", "manifest");
  ASSERT_TRUE(result.status.ok()) << result.status.ToString();
  EXPECT_EQ(host.loaded, "1\ta\n3\tc\n1\ta\n");
  EXPECT_EQ(result.last_copy_count, 3);
}

TEST_F(LoadTest, ManifestErrors) {
  buckets_.Put("b/in/a", "1|a\n");
  const auto message = [&](const std::string& manifest) {
    buckets_.Put("b/m", manifest);
    MemoryHost host(TwoColumns());
    const auto status = Copy(&host, "s3://b/m", "manifest").status;
    EXPECT_FALSE(status.ok()) << manifest;
    EXPECT_TRUE(host.loaded.empty());
    return SqlErrorOf(status);
  };
  EXPECT_EQ(message(R"({"entries":[{"url":"s3://b/in/a"},{"url":"s3://b/gone","mandatory":true}]})").message,
            "Mandatory url is not present in manifest file");
  EXPECT_THAT(message(R"({"entries":[{"url":"s3://b/gone"},{"url":"s3://b/in/"}]})").message,
              HasSubstr("None of the files"));
  EXPECT_THAT(message(R"({"entries":[]})").message, HasSubstr("None of the files"));
  EXPECT_THAT(message(R"({"entries":[{"url":"in/a"}]})").detail, HasSubstr("8001"));
  EXPECT_THAT(message(R"({"entries":[{"url":"s3://b"}]})").detail, HasSubstr("8001"));
  EXPECT_THAT(message("1|a\n").message, HasSubstr("not in correct json format"));
  MemoryHost host(TwoColumns());
  EXPECT_THAT(SqlErrorOf(Copy(&host, "s3://b/in", "manifest").status).message,
              StartsWith("S3ServiceException:The specified key does not exist.,Status 404,Error NoSuchKey"));
}

TEST_F(LoadTest, WithoutTheKeywordAManifestIsData) {
  buckets_.Put("b/m", "{\"entries\":[{\"url\":\"s3://b/in/a\"}]}\n");
  MemoryHost host(TwoColumns());
  EXPECT_EQ(SqlErrorOf(Copy(&host, "s3://b/m", "").status).message, kFailed);
  EXPECT_THAT(host.apart, HasSubstr("1214"));
}

TEST_F(LoadTest, ReadsCompressedFilesByKeyword) {
  const std::string text = "1|a\n2|b\n";
  const std::pair<arrow::Compression::type, const char*> codecs[] = {{arrow::Compression::GZIP, "gzip"},
                                                                     {arrow::Compression::ZSTD, "zstd"},
                                                                     {arrow::Compression::BZ2, "bzip2"}};
  for (const auto& [kind, keyword] : codecs) {
    MemoryHost host(TwoColumns());
    // Two frames in one file, as concatenated files have.
    EXPECT_EQ(LoadOne(&host, Compressed(kind, text) + Compressed(kind, text), keyword),
              "1\ta\n2\tb\n1\ta\n2\tb\n")
        << keyword;
    MemoryHost plain(TwoColumns());
    buckets_.Put("b/one", text);
    const auto wrong = SqlErrorOf(Copy(&plain, "s3://b/one", keyword).status);
    EXPECT_THAT(wrong.message, StartsWith("Failed to decompress s3://b/one as ")) << keyword;
    EXPECT_TRUE(plain.aborted);
    MemoryHost cut(TwoColumns());
    const auto whole = Compressed(kind, text);
    buckets_.Put("b/one", whole.substr(0, whole.size() - 3));
    EXPECT_THAT(SqlErrorOf(Copy(&cut, "s3://b/one", keyword).status).message, HasSubstr("Truncated"));
    EXPECT_TRUE(cut.loaded.empty());
  }
}

TEST_F(LoadTest, FieldCounts) {
  const auto load = [&](std::string_view bytes, const std::string& options) {
    MemoryHost host(TwoColumns());
    const auto rows = LoadOne(&host, bytes, options);
    if (rows != "failed") return rows;
    for (const auto* code : {"1202", "1203", "1211", "1214"}) {
      if (host.apart.find(std::string(", ") + code + ", E'") != std::string::npos) return std::string(code);
    }
    return rows;
  };
  EXPECT_EQ(load("1|a|\n", ""), "1\ta\n");
  EXPECT_EQ(load("1,a,\n", "csv"), "1\ta\n");
  EXPECT_EQ(load("1|a|x\n", ""), "1202");
  EXPECT_EQ(load("1|a||\n", ""), "1202");
  EXPECT_EQ(load("1,a,x\n", "csv"), "1202");
  EXPECT_EQ(load("1\n", ""), "1214");
  EXPECT_EQ(load("1|a\n\n", ""), "1211");
  EXPECT_EQ(load("1|a\n\n2|b\n", "ignoreblanklines"), "1\ta\n2\tb\n");
  EXPECT_EQ(load("1\n", "fillrecord"), "1\t\n");
  EXPECT_EQ(load("1\n", "fillrecord emptyasnull"), "1\t\\N\n");
  EXPECT_EQ(load("id|name\n1|a\n", "ignoreheader 1"), "1\ta\n");

  MemoryHost three({Column("a", ColumnKind::kInteger), Column("b", ColumnKind::kInteger),
                    Column("c", ColumnKind::kInteger)});
  EXPECT_EQ(LoadOne(&three, "1,2\n", "csv"), "failed");
  EXPECT_THAT(three.apart, HasSubstr(", 1203, E'"));
}

TEST_F(LoadTest, HeadersAreSkippedInEveryFile) {
  buckets_.Put("b/in/1", "h\nh\n1|a\n");
  buckets_.Put("b/in/2", "h\nh\n2|b\n");
  MemoryHost host(TwoColumns());
  ASSERT_TRUE(Copy(&host, "s3://b/in/", "ignoreheader as 2").status.ok());
  EXPECT_EQ(host.loaded, "1\ta\n2\tb\n");
}

TEST_F(LoadTest, TheFirstErrorFailsTheLoadAndIsRecordedApart) {
  MemoryHost host(TwoColumns());
  EXPECT_EQ(LoadOne(&host, "1|a\nx2|it's\n3|c\n", ""), "failed");
  EXPECT_TRUE(host.aborted);
  EXPECT_FALSE(host.open);
  EXPECT_TRUE(host.infos.empty());
  EXPECT_THAT(host.apart, HasSubstr("insert into redshift_local_load.load_error values (100, 0, 4711,"));
  EXPECT_THAT(host.apart, HasSubstr("E's3://b/one', 2, E'id', E'int4', E'', 0, E'x2|it''s', E'x2', 1207, "
                                    "E'Invalid digit, Value ''x'', Pos 0, Type: Integer'"));
  EXPECT_THAT(host.apart, HasSubstr("load_error_field"));
  EXPECT_THAT(host.apart, HasSubstr("status = 'aborted'"));
}

TEST_F(LoadTest, AFailedLoadHasAnIdAndNoCount) {
  buckets_.Put("b/one", "x|a\n");
  MemoryHost host(TwoColumns());
  const auto result = Copy(&host, "s3://b/one", "");
  EXPECT_EQ(result.last_copy_id, 555);
  EXPECT_EQ(result.last_copy_count, 0);
}

TEST_F(LoadTest, MaxErrorFailsWhenSoManyErrorsAreReached) {
  const std::string two_bad = "x|a\n1|a\ny|b\n2|b\n";
  for (const auto* options : {"", "maxerror 0", "maxerror 1", "maxerror as 2"}) {
    MemoryHost host(TwoColumns());
    EXPECT_EQ(LoadOne(&host, two_bad, options), "failed") << options;
  }
  for (const auto* options : {"maxerror 3", "ignoreallerrors"}) {
    MemoryHost host(TwoColumns());
    EXPECT_EQ(LoadOne(&host, two_bad, options), "1\ta\n2\tb\n") << options;
    EXPECT_THAT(host.infos,
                ElementsAre("Load into table 't' completed, 2 record(s) loaded successfully.",
                            "Load into table 't' completed, 2 record(s) could not be loaded.  Check "
                            "'stl_load_errors' system table for details."));
  }
}

TEST_F(LoadTest, NoloadReadsAndLoadsNothing) {
  MemoryHost host(TwoColumns());
  EXPECT_EQ(LoadOne(&host, "1|a\n", "noload"), "");
  EXPECT_EQ(host.copy_statement, "");
  MemoryHost bad(TwoColumns());
  EXPECT_EQ(LoadOne(&bad, "x|a\n", "noload"), "failed");
}

TEST_F(LoadTest, AColumnListGivesTheOrderOfTheFields) {
  MemoryHost host(TwoColumns());
  buckets_.Put("b/one", "a|1\n");
  ASSERT_TRUE(Copy(&host, "s3://b/one", "", "t (name, ID)").status.ok());
  EXPECT_EQ(host.copy_statement,
            "COPY \"public\".\"t\" (\"name\", \"id\") FROM STDIN WITH (FORMAT text, ENCODING 'UTF8')");
  EXPECT_EQ(host.loaded, "a\t1\n");
  EXPECT_EQ(SqlErrorOf(Copy(&host, "s3://b/one", "", "t (nope)").status).sqlstate, "42703");
  EXPECT_EQ(SqlErrorOf(Copy(&host, "s3://b/one", "", "t (id, id)").status).sqlstate, "42701");
}

TEST_F(LoadTest, ANotNullColumnWithoutDefaultMustBeLoaded) {
  buckets_.Put("b/one", "1\n");
  auto columns = TwoColumns();
  columns[1].not_null = true;
  MemoryHost host(columns);
  EXPECT_EQ(SqlErrorOf(Copy(&host, "s3://b/one", "", "t (id)").status).message,
            "Cannot insert a NULL value into column name");
  host.target.columns[1].has_default = true;
  EXPECT_TRUE(Copy(&host, "s3://b/one", "", "t (id)").status.ok());
}

TEST_F(LoadTest, IdentityColumnsNeedExplicitIds) {
  buckets_.Put("b/one", "5|a\n");
  auto columns = TwoColumns();
  columns[0].identity = IdentityKind::kAlways;
  columns[0].not_null = true;
  MemoryHost generated(columns);
  ASSERT_TRUE(Copy(&generated, "s3://b/one", "").status.ok());
  EXPECT_EQ(generated.loaded, "a\n");
  MemoryHost given(columns);
  ASSERT_TRUE(Copy(&given, "s3://b/one", "explicit_ids").status.ok());
  EXPECT_EQ(given.loaded, "5\ta\n");
  EXPECT_EQ(SqlErrorOf(Copy(&given, "s3://b/one", "", "t (id, name)").status).sqlstate, "0A000");
  EXPECT_EQ(SqlErrorOf(Copy(&given, "s3://b/one", "explicit_ids", "t (name)").status).sqlstate, "0A000");
  columns[0].identity = IdentityKind::kByDefault;
  MemoryHost by_default(columns);
  ASSERT_TRUE(Copy(&by_default, "s3://b/one", "").status.ok());
  EXPECT_EQ(by_default.loaded, "5\ta\n");
}

TEST_F(LoadTest, CsvKeepsEmptyTextAndNullApart) {
  MemoryHost host({Column("a", ColumnKind::kVarchar, 20), Column("b", ColumnKind::kVarchar, 20),
                   Column("c", ColumnKind::kVarchar, 20)});
  EXPECT_EQ(LoadOne(&host, ",\"\",x7f\n\"x7f\",\"a\nb\",\"say \"\"hi\"\"\"\n", "csv null as 'x7f'"),
            "\t\t\\N\nx7f\ta\\nb\tsay \"hi\"\n");
}

TEST_F(LoadTest, ReplacedCharactersAreReported) {
  MemoryHost host(TwoColumns());
  EXPECT_EQ(LoadOne(&host, "1|a\xa4\n", "acceptinvchars as '^'"), "1\ta^\n");
  ASSERT_EQ(host.infos.size(), 2u);
  EXPECT_THAT(host.infos[1], HasSubstr("1 record(s) were loaded with replacements made for ACCEPTINVCHARS"));
  EXPECT_THAT(host.apart, HasSubstr("load_replacement"));
}

TEST_F(LoadTest, ARowOverFourMegabytesIsAnError) {
  MemoryHost host(TwoColumns());
  EXPECT_EQ(LoadOne(&host, "1|" + std::string(5 << 20, 'x') + "\n2|b\n", "truncatecolumns"), "failed");
  EXPECT_THAT(host.apart, HasSubstr(", 1216, E'"));
  MemoryHost tolerant(TwoColumns());
  EXPECT_EQ(LoadOne(&tolerant, "1|" + std::string(5 << 20, 'x') + "\n2|b\n", "maxerror 5"), "2\tb\n");
}

TEST_F(LoadTest, AnInterruptEndsTheLoadWithItsOwnError) {
  buckets_.Put("b/one", "1|a\n");
  MemoryHost host(TwoColumns());
  host.interrupt = SqlError("57014", "Query (555) cancelled on user's request");
  const auto result = Copy(&host, "s3://b/one", "");
  EXPECT_EQ(SqlErrorOf(result.status).sqlstate, "57014");
  EXPECT_TRUE(host.loaded.empty());
}

// Cancelled once S3 was asked for the first time.
class CancelledHost : public MemoryHost {
 public:
  using MemoryHost::MemoryHost;
  arrow::Status CheckInterrupt() override {
    return asked == 0 ? arrow::Status::OK() : SqlError("57014", "Query (555) cancelled on user's request");
  }

  std::atomic<int> asked = 0;
};

class CountingFileSystem : public arrow::fs::LocalFileSystem {
 public:
  explicit CountingFileSystem(std::atomic<int>* asked) : asked_(asked) {}
  using LocalFileSystem::GetFileInfo;
  arrow::Result<arrow::fs::FileInfo> GetFileInfo(const std::string& path) override {
    if (!path.ends_with("/m")) ++*asked_;
    return LocalFileSystem::GetFileInfo(path);
  }

 private:
  std::atomic<int>* const asked_;
};

TEST_F(LoadTest, ACancelledCopyLooksForNoMoreFilesOfItsManifest) {
  std::string manifest = R"({"entries":[{"url":"s3://b/0"})";
  for (int i = 1; i < 1000; ++i) manifest += R"(,{"url":"s3://b/)" + std::to_string(i) + "\"}";
  buckets_.Put("b/m", manifest + "]}");
  buckets_.Put("b/0", "1|a\n");
  CancelledHost host(TwoColumns());
  const auto result = RunCopyFrom(buckets_.opener(std::make_shared<CountingFileSystem>(&host.asked)),
                                  "copy t from 's3://b/m' iam_role default manifest", host);
  EXPECT_EQ(SqlErrorOf(result.status).sqlstate, "57014");
  // What it left to the threads is done before the count.
  auto* threads = dynamic_cast<arrow::internal::ThreadPool*>(arrow::io::default_io_context().executor());
  ASSERT_NE(threads, nullptr);
  threads->WaitForIdle();
  EXPECT_GT(host.asked, 0);
  EXPECT_LT(host.asked, 100);
}

TEST_F(LoadTest, TheBackEndsVerdictIsPassedOn) {
  buckets_.Put("b/one", "1|a\n");
  MemoryHost host(TwoColumns());
  host.finish_status = SqlError("42501", "permission denied for relation t");
  const auto result = Copy(&host, "s3://b/one", "");
  EXPECT_EQ(SqlErrorOf(result.status).sqlstate, "42501");
  EXPECT_FALSE(host.aborted);
  EXPECT_TRUE(host.infos.empty());
}

TEST_F(LoadTest, UnverifiedChoicesAreAllNamed) {
  EXPECT_THAT(DescribeCopyChoices(), testing::Contains("copy.quoted-null-marker-is-null=false"));
  EXPECT_THAT(LoadTablesDdl("pg_catalog"), HasSubstr("create or replace view pg_catalog.stl_load_errors"));
}

}  // namespace
}  // namespace redshift_local
