// A host that keeps what COPY asks of it, and S3 on the local disk: for the tests of this folder.
#pragma once

#include <arrow/filesystem/localfs.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "local/copy/load.h"
#include "local/copy/sql_error.h"

namespace redshift_local {

inline CopyColumn Column(std::string name, ColumnKind kind, int32_t length = 0) {
  CopyColumn column;
  column.backend_name = '"' + name + '"';
  column.name = std::move(name);
  column.kind = kind;
  column.length = length;
  return column;
}

inline CopyColumn Decimal(std::string name, int precision, int scale) {
  auto column = Column(std::move(name), ColumnKind::kDecimal);
  column.precision = precision;
  column.scale = scale;
  return column;
}

inline CopyColumn NotNull(CopyColumn column) {
  column.not_null = true;
  return column;
}

/// A session whose back end is memory. Rows are kept only when COPY finished them.
class MemoryHost : public CopyHost {
 public:
  arrow::Status BeforeFiles(const S3Path&) override { return arrow::Status::OK(); }
  explicit MemoryHost(std::vector<CopyColumn> columns) {
    target.backend_name = "\"public\".\"t\"";
    target.name = "t";
    target.table_id = 4711;
    target.columns = std::move(columns);
  }

  SessionFacts facts() const override { return {100, 4242, 7, "dev"}; }
  const S3Place& s3() const override { return place; }
  bool case_sensitive_identifiers() const override { return false; }
  arrow::Result<S3Access> Authorize(const CopyAuthorization& authorization) override {
    roles_asked = authorization.roles;
    return access;
  }
  arrow::Result<CopyTarget> DescribeTarget(const CopyTableName& name) override {
    if (name.table != "t") return SqlError("42P01", "relation \"" + name.table + "\" does not exist");
    return target;
  }
  arrow::Status BeginRows(const std::string& statement) override {
    copy_statement = statement;
    open = true;
    return arrow::Status::OK();
  }
  arrow::Status WriteRows(std::string_view rows) override {
    pending += rows;
    return arrow::Status::OK();
  }
  arrow::Status FinishRows() override {
    open = false;
    loaded += pending;
    return finish_status;
  }
  void AbortRows() override {
    open = false;
    aborted = true;
    pending.clear();
  }
  void SendInfo(std::string_view text) override { infos.emplace_back(text); }
  arrow::Status CheckInterrupt() override { return interrupt; }
  int64_t query_id() override { return 555; }
  void ExecuteApart(const std::string& sql) override { apart += sql; }

  CopyTarget target;
  S3Place place;
  S3Access access;
  std::vector<std::string> roles_asked;
  std::string copy_statement;
  std::string pending;
  /// In PostgreSQL's COPY text format.
  std::string loaded;
  bool open = false;
  bool aborted = false;
  arrow::Status finish_status;
  arrow::Status interrupt;
  std::vector<std::string> infos;
  std::string apart;
};

/// Buckets as folders of a temporary directory, removed at the end.
class DiskBuckets {
 public:
  DiskBuckets() {
    std::string pattern = testing::TempDir() + "copy-test-XXXXXX";
    root_ = mkdtemp(pattern.data());
  }
  ~DiskBuckets() { std::filesystem::remove_all(root_); }

  void Put(const std::string& path, std::string_view bytes) const {
    const auto file = root_ / path;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << bytes;
  }

  OpenFileSystem opener(
      std::shared_ptr<arrow::fs::FileSystem> disk = std::make_shared<arrow::fs::LocalFileSystem>()) const {
    return [root = root_, disk](const S3Place&, const S3Keys&) {
      return std::make_shared<arrow::fs::SubTreeFileSystem>(root.string(), disk);
    };
  }

 private:
  std::filesystem::path root_;
};

}  // namespace redshift_local
