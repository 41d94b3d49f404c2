// Where an exception must not leave a function.
#pragma once

#include <arrow/status.h>

#include <exception>
#include <new>
#include <utility>

namespace redshift {

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
    return arrow::Status::UnknownError(error.what());
  } catch (...) {
    return arrow::Status::UnknownError("native code failed for an unknown reason");
  }
}

}  // namespace redshift
