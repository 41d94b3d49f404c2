// How a thread that waits for a server is told to stop.
#pragma once

#include <atomic>
#include <chrono>

namespace redshift {

/// Set once, from any thread; every wait that was given it ends at once. Owns an eventfd.
class Interrupt {
 public:
  Interrupt();
  ~Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;

  void Set();
  bool is_set() const { return set_.load(); }
  /// Becomes readable with Set(); negative where the process had no descriptor left.
  int fd() const { return fd_; }
  /// How long one poll of fd() may last on the way to `left`: briefly where there is no descriptor to end it.
  std::chrono::milliseconds PollTime(std::chrono::steady_clock::duration left) const;
  /// Sleeps; false if interrupted.
  bool SleepFor(std::chrono::milliseconds time) const;

  enum class Waited { kSet, kStopped, kTimeout };
  /// For one that says "done": waits until it is set, `stop` (may be null) is set first, or `until` comes.
  Waited Await(std::chrono::steady_clock::time_point until, const Interrupt* stop) const;

 private:
  std::atomic<bool> set_{false};
  int fd_;
};

}  // namespace redshift
