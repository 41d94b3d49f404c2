// Whether the user has asked redshift-local to stop.
#pragma once

#include <poll.h>

#include <exception>

namespace redshift_local {

/// Thrown out of a start that was asked to stop.
struct StopRequested : std::exception {
  const char* what() const noexcept override { return "asked to stop"; }
};

/// Watches a descriptor that becomes readable with SIGTERM or SIGINT. Does not own it.
class StopRequest {
 public:
  explicit StopRequest(int descriptor) : descriptor_(descriptor) {}

  int descriptor() const { return descriptor_; }
  /// For the loops that wait for children to start. Throws StopRequested.
  void ThrowIfMade() const {
    pollfd entry{descriptor_, POLLIN, 0};
    if (::poll(&entry, 1, 0) > 0) throw StopRequested();
  }

 private:
  int descriptor_;
};

}  // namespace redshift_local
