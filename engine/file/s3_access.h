#pragma once

#include <arrow/result.h>

#include <memory>

#include "engine/aws/host_environment.h"
#include "engine/file/s3_client.h"
#include "engine/option/options.h"

namespace redshift {

/// How S3 is reached: endpoint, region, credentials and encryption from the `aws.*` and `s3.*` options.
/// Blocks where the network has to be asked for the region of the bucket or for credentials; `interrupt` (may
/// be null) ends that.
arrow::Result<std::shared_ptr<const S3Target>> FindS3(const Options& options,
                                                      const HostEnvironment& environment = {},
                                                      const Interrupt* interrupt = nullptr);

}  // namespace redshift
