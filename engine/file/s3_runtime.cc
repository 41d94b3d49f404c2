#include "engine/file/s3_runtime.h"

#include <arrow/filesystem/s3fs.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <mutex>
#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/lsan_interface.h>
#endif

namespace redshift {

namespace {

#if !defined(__SANITIZE_THREAD__)
void EndProcess(int exit_code, void*) {
  // Only these two: another stream may be locked by a thread that waits for input.
  std::fflush(stdout);
  std::fflush(stderr);
#if defined(__SANITIZE_ADDRESS__)
  __lsan_do_leak_check();  // It would run later.
#endif
  _exit(exit_code);
}
#endif

arrow::Status Initialize() {
  // Its defaults install no signal handler, which a JVM would not forgive.
  ARROW_RETURN_NOT_OK(arrow::fs::EnsureS3Initialized());
#if !defined(__SANITIZE_THREAD__)
  // After the initialization, so that it runs before the destructors that the initialization registered.
  if (on_exit(EndProcess, nullptr) != 0) {
    return arrow::Status::UnknownError("on_exit refused a handler; S3 cannot be used safely in this process");
  }
#endif
  return arrow::Status::OK();
}

}  // namespace

arrow::Status EnsureS3Runtime() {
  static std::once_flag once;
  static arrow::Status outcome;
  std::call_once(once, [] { outcome = Initialize(); });
  return outcome;
}

}  // namespace redshift
