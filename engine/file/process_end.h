#pragma once

#include <arrow/status.h>

namespace redshift {

/// Lets this process end while requests to S3 are on their way: exit() then ends it, its exit code kept,
/// before static objects of libraries that these requests use are destroyed. A JVM ends so, as its tasks may
/// hang in an upload. Handlers that were registered with atexit() before the first call are thereby skipped.
/// To be called before the first request; safe to repeat and from any thread. Builds for sanitizers leave it
/// out, since their reports are such handlers.
arrow::Status PrepareProcessEnd();

}  // namespace redshift
