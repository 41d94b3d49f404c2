// COPY from a manifest on S3.
#pragma once

#include <arrow/result.h>

#include <optional>
#include <string>
#include <variant>
#include <vector>

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
  std::string secret_access_key;
  std::string session_token;  ///< empty unless the keys are temporary
};

using CopyAuthorization = std::variant<IamRole, S3Keys>;

/// Everything a COPY of CSV files through a manifest says.
struct CopyRequest {
  TableReference target;
  std::vector<Identifier> columns;  ///< in the order of the fields in the files
  std::string manifest_url;         ///< s3://bucket/key of the manifest itself
  CopyAuthorization authorization;
  std::string compression;            ///< "zstd", "gzip" or "none"
  std::string null_marker;            ///< what stands for NULL in character columns
  std::optional<std::string> region;  ///< the bucket's, only where the cluster's may differ
};

/// Nothing that changes values silently is asked for: no MAXERROR, TRUNCATECOLUMNS, ACCEPTINVCHARS.
/// COMPUPDATE and STATUPDATE are left at Redshift's own defaults, which act only on an empty table.
arrow::Result<Statement> CopySql(const CopyRequest& request);

}  // namespace redshift
