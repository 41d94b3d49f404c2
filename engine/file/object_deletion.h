#pragma once

#include <arrow/status.h>

#include <vector>

namespace redshift {

class S3Client;
struct S3Url;

/// Deletes all of them, up to a thousand by each request, and blocks until every one was tried, or until S3
/// did not answer: waiting for each of many would take hours. One that is not there counts as deleted. The
/// first error; a repeat is safe. `gone` (may be null) also gets each that S3 said is deleted or not there,
/// in any order and whatever is returned.
arrow::Status DeleteObjects(S3Client& client, const std::vector<S3Url>& objects,
                            std::vector<S3Url>* gone = nullptr);

}  // namespace redshift
