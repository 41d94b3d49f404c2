// Which objects one COPY reads: a prefix, or a manifest's entries.
#pragma once

#include <arrow/result.h>

#include <string>
#include <vector>

#include "local/copy/copy_statement.h"
#include "local/copy/object_store.h"

namespace redshift_local {

/// In the order they are loaded, repeats of a manifest kept. An empty prefix, a manifest that is none, and a
/// mandatory file that is not there are errors; so is, for columnar formats, a manifest without or with a
/// wrong `meta.content_length`.
arrow::Result<std::vector<S3Object>> FindSourceFiles(ObjectStore& store, const CopyStatement& statement);

/// A mandatory file of a manifest that is not there.
arrow::Status MissingMandatoryFile(const std::string& url);

}  // namespace redshift_local
