// For tests: an interrupt that got no eventfd.
#pragma once

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <memory>

#include "engine/wait/interrupt.h"

namespace redshift {

/// One that was made when the process had no descriptor left.
inline std::unique_ptr<Interrupt> WithoutDescriptor() {
  rlimit limit{};
  EXPECT_EQ(getrlimit(RLIMIT_NOFILE, &limit), 0);
  const rlimit none{0, limit.rlim_max};
  EXPECT_EQ(setrlimit(RLIMIT_NOFILE, &none), 0);
  auto interrupt = std::make_unique<Interrupt>();
  EXPECT_EQ(setrlimit(RLIMIT_NOFILE, &limit), 0);
  EXPECT_LT(interrupt->fd(), 0);
  return interrupt;
}

}  // namespace redshift
