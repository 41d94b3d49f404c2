// COPY from a manifest on S3.
#pragma once

#include <arrow/result.h>

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "engine/option/secret.h"
#include "engine/sql/identifier.h"
#include "engine/sql/statement.h"

namespace redshift {

/// `iam-role-arn`: one role, a chain separated by commas, or `default`.
struct IamRole {
  std::string arn;
};

/// The keys handed to Redshift where no role is given. Must outlive the COPY.
struct S3Keys {
  std::string access_key_id;
  Secret secret_access_key;
  Secret session_token;  ///< empty unless the keys are temporary
};

using CopyAuthorization = std::variant<IamRole, S3Keys>;

enum class CopyFormat { kCsv, kParquet };

/// Everything a COPY of staged files through a manifest says.
struct CopyRequest {
  TableReference target;
  /// In the order of the fields in the files. Not said for Parquet, whose files have all columns of the table
  /// in the table's order.
  std::vector<Identifier> columns;
  std::string manifest_url;  ///< s3://bucket/key of the manifest itself
  CopyAuthorization authorization;
  std::string compression;            ///< "zstd", "gzip" or "none"; of Parquet it is a matter of its files
  std::string null_marker;            ///< what stands for NULL in character columns of CSV
  std::optional<std::string> region;  ///< the bucket's, only where the cluster's may differ
  CopyFormat format = CopyFormat::kCsv;
  bool has_super = false;               ///< the target has SUPER columns
  std::vector<std::string> parameters;  ///< more of them: "STATUPDATE OFF"
};

/// Nothing that changes values silently is asked for, unless `parameters` do: no MAXERROR, TRUNCATECOLUMNS,
/// ACCEPTINVCHARS. COMPUPDATE and STATUPDATE are left at Redshift's own defaults, which act only on an empty
/// table. A region cannot be named for Parquet (Redshift: "COPY from columnar data formats").
arrow::Result<Statement> CopySql(const CopyRequest& request);

}  // namespace redshift
