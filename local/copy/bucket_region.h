// Which region a bucket is in.
#pragma once

#include <arrow/result.h>

#include <optional>
#include <string>

#include "local/copy/s3_access.h"

namespace redshift_local {

/// As S3 tells everybody who asks for the bucket, with keys or without. Nothing: no such bucket, an S3 server
/// that does not tell, or one that speaks https only. Blocks for one request.
std::optional<std::string> RegionOfBucket(const S3Place& place, const std::string& bucket);

}  // namespace redshift_local
