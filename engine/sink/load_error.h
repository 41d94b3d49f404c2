#pragma once

#include <arrow/status.h>

#include "engine/warehouse/session.h"

namespace redshift {

/// A COPY was refused because of what is in the files; its transaction is rolled back. Asks the load-error
/// views, which keep their rows, and returns `failure` with file, line, column and reason of the first error,
/// as many more as there are (up to five), and no values. Where the views cannot be read, `failure` comes
/// back with a hint.
arrow::Status ExplainLoadError(Session* session, const arrow::Status& failure);

}  // namespace redshift
