// The strings in which COPY is told whose rights to use.
#pragma once

#include <arrow/result.h>

#include <string>
#include <string_view>
#include <vector>

#include "local/copy/copy_statement.h"

namespace redshift_local {

/// IAM_ROLE 'arn' or 'arn1,arn2': a chain is split at commas; blanks are an error.
arrow::Result<std::vector<std::string>> ParseRoles(std::string_view text);

/// The legacy string of CREDENTIALS: `aws_iam_role=...` or
/// `aws_access_key_id=...;aws_secret_access_key=...[;token=...][;master_symmetric_key=...]`, checked
/// literally. Sets *has_symmetric_key when the last part is there.
arrow::Result<CopyAuthorization> ParseLegacyCredentials(std::string_view text, bool* has_symmetric_key);

}  // namespace redshift_local
