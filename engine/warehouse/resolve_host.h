#pragma once

#include <arrow/result.h>

#include <string>
#include <vector>

#include "engine/wait/interrupt.h"
#include "engine/warehouse/session.h"

namespace redshift {

/// The numeric addresses of `host`, in the resolver's order. The system's resolver cannot be cancelled, so it
/// runs on a thread that is left to itself when `deadline` passes or `interrupt` (may be null) is set.
arrow::Result<std::vector<std::string>> ResolveHost(const std::string& host, Clock::time_point deadline,
                                                    const Interrupt* interrupt);

}  // namespace redshift
