// The work of one COPY once its statement is understood: files in, rows out, errors counted.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "local/copy/copy.h"
#include "local/copy/copy_statement.h"
#include "local/copy/object_store.h"

namespace redshift_local {

using OpenFileSystem = std::function<arrow::Result<std::shared_ptr<arrow::fs::FileSystem>>(
    const S3Place& place, const S3Keys& keys)>;

/// RunCopy with another way to S3: tests give a folder of the local disk.
CopyResult RunCopyFrom(const OpenFileSystem& open, std::string_view statement, CopyHost& host);

/// The columns that the fields of a record go to, in order.
struct FieldTarget {
  const CopyColumn* column;
  /// A field that is read over: an IDENTITY column without EXPLICIT_IDS.
  bool skipped;
};

/// Checks the column list (42703, 42701), IDENTITY columns against EXPLICIT_IDS, and NOT NULL columns left
/// out.
arrow::Result<std::vector<FieldTarget>> MapFields(const CopyStatement& statement, const CopyTarget& target);

/// The statement for the back end: COPY "s"."t" ("a", "b") FROM STDIN ...
std::string CopyFromStdin(const CopyTarget& target, const std::vector<FieldTarget>& fields);

}  // namespace redshift_local
