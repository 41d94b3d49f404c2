// The JSON in which machines and programs hand out keys.
#pragma once

#include <arrow/result.h>

#include <string>
#include <string_view>

#include "engine/aws/aws_keys.h"

namespace redshift {

/// Reads {"AccessKeyId", "SecretAccessKey", `token_name`, "Expiration"}; the last two may be missing.
/// `source` becomes the source of the keys and names the document in errors, which hold none of its content.
arrow::Result<AwsKeys> KeysFromDocument(std::string_view json, const char* token_name,
                                        const std::string& source);

}  // namespace redshift
