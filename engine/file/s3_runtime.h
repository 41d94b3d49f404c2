#pragma once

#include <arrow/status.h>

namespace redshift {

/// Makes Arrow's S3 usable in this process; to be called before anything else of arrow::fs::S3*. Safe to
/// repeat and from any thread; the first call costs some 15 ms.
///
/// S3 is never finalized: another engine in the same JVM may be using it, and finalizing with uploads in
/// flight crashes. Without finalizing, Arrow and the AWS SDK crash in static destructors when the process
/// exits. So the first call also arranges that exit() ends the process, its exit code kept, before these
/// destructors run. Handlers that were registered with atexit() before this call are thereby skipped.
/// Builds for the thread sanitizer leave that out, since its report is such a handler.
arrow::Status EnsureS3Runtime();

}  // namespace redshift
