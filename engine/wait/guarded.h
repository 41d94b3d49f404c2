// Where an exception must not leave a function.
#pragma once

#include <arrow/status.h>

#include <exception>
#include <new>
#include <string>
#include <system_error>
#include <utility>

namespace redshift {

/// Where the system starts no thread.
inline constexpr const char* kNoMoreThreads =
    "the system starts no more threads for the connector's native code: raise the limit of the process or "
    "container (ulimit -u, pids.max), or run fewer subtasks in it";

/// For people: std::thread says "Resource temporarily unavailable".
inline std::string TextOf(const std::exception& error) {
  const auto* refused = dynamic_cast<const std::system_error*>(&error);
  if (refused == nullptr || refused->code() != std::errc::resource_unavailable_try_again) return error.what();
  return kNoMoreThreads;
}

/// Runs a body that returns arrow::Status; an exception becomes an error. For whatever threads and C
/// libraries call and for destructors, out of which an exception would end the process: in Flink, the
/// TaskManager.
template <typename Body>
arrow::Status Guarded(Body&& body) {
  try {
    return std::forward<Body>(body)();
  } catch (const std::bad_alloc&) {
    return arrow::Status::OutOfMemory("the process has no memory left for the connector's native code");
  } catch (const std::exception& error) {
    return arrow::Status::UnknownError(TextOf(error));
  } catch (...) {
    return arrow::Status::UnknownError("native code failed for an unknown reason");
  }
}

}  // namespace redshift
