#include "engine/wait/interrupt.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>

namespace redshift {
Interrupt::Interrupt() : fd_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

Interrupt::~Interrupt() {
  if (fd_ >= 0) close(fd_);
}

void Interrupt::Set() {
  set_.store(true);
  const uint64_t one = 1;
  // The counter stays above zero for good: nobody reads it, so that every poll sees it.
  [[maybe_unused]] ssize_t written = write(fd_, &one, sizeof one);
}

std::chrono::milliseconds Interrupt::PollTime(std::chrono::steady_clock::duration left) const {
  const auto longest = fd_ >= 0 ? std::chrono::milliseconds(60'000) : std::chrono::milliseconds(100);
  return std::min(std::chrono::ceil<std::chrono::milliseconds>(left), longest);
}

bool Interrupt::SleepFor(std::chrono::milliseconds time) const {
  const auto end = std::chrono::steady_clock::now() + time;
  while (!is_set()) {
    const auto now = std::chrono::steady_clock::now();
    if (now >= end) return true;
    pollfd wait{fd_, POLLIN, 0};
    poll(&wait, 1, static_cast<int>(PollTime(end - now).count()));
  }
  return false;
}

Interrupt::Waited Interrupt::Await(std::chrono::steady_clock::time_point until, const Interrupt* stop) const {
  while (!is_set()) {
    if (stop != nullptr && stop->is_set()) return Waited::kStopped;
    const auto now = std::chrono::steady_clock::now();
    if (now >= until) return Waited::kTimeout;
    pollfd waits[2] = {{fd_, POLLIN, 0}, {stop == nullptr ? -1 : stop->fd(), POLLIN, 0}};
    auto time = PollTime(until - now);
    if (stop != nullptr) time = stop->PollTime(time);
    poll(waits, 2, static_cast<int>(time.count()));
  }
  return Waited::kSet;
}

}  // namespace redshift
