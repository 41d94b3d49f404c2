#include "engine/file/process_end.h"

#include <arrow/io/interfaces.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <mutex>

#include "engine/aws/http_client.h"

namespace redshift {

namespace {

#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
arrow::Status Prepare() {
  return arrow::Status::OK();
}
#else
void EndProcess(int exit_code, void*) {
  // Only these two: another stream may be locked by a thread that waits for input.
  std::fflush(stdout);
  std::fflush(stderr);
  _exit(exit_code);
}

arrow::Status Prepare() {
  // Handlers run in the opposite order: those of what uploads use have to be registered before ours.
  static_cast<void>(arrow::io::default_io_context());
  const HttpClient initializes_libcurl_and_openssl;
  if (on_exit(EndProcess, nullptr) != 0) {
    return arrow::Status::UnknownError(
        "on_exit refused a handler; this process could not end during an upload");
  }
  return arrow::Status::OK();
}
#endif

}  // namespace

arrow::Status PrepareProcessEnd() {
  static std::once_flag once;
  static arrow::Status outcome;
  std::call_once(once, [] { outcome = Prepare(); });
  return outcome;
}

}  // namespace redshift
