// What S3 is asked, and answers, when several objects are deleted by one request (DeleteObjects).
#pragma once

#include <arrow/result.h>

#include <string>
#include <string_view>
#include <vector>

namespace redshift {

/// Whether XML 1.0 can say the key: one with a control character must be deleted by a request of its own.
bool CanStandInDeleteDocument(std::string_view key);

/// Asks for the deletion of `keys`, and for an answer that names every one.
std::string DeleteDocument(const std::vector<std::string>& keys);

struct NotDeleted {
  std::string key;
  std::string error;  ///< as a refusal of a single request would have it: "<Error><Code>..."
};

/// Whether it is such an answer at all.
bool IsDeleteResult(std::string_view answer);

struct DeleteResult {
  std::vector<std::string> deleted;  ///< keys
  std::vector<NotDeleted> rest;
};

/// What became of each object. An error if the answer does not speak of as many as were asked for.
arrow::Result<DeleteResult> ReadDeleteResult(std::string_view answer, size_t asked);

}  // namespace redshift
