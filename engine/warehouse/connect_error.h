// What a person reads when a session cannot be opened.
#pragma once

#include <arrow/status.h>

#include <memory>
#include <string_view>
#include <utility>

#include "engine/warehouse/connection_settings.h"
#include "engine/warehouse/error.h"

namespace redshift {

/// An error before any statement: nothing can have happened yet.
template <typename... Args>
arrow::Status ConnectError(ErrorKind kind, Retry retry, Args&&... message) {
  auto detail = std::make_shared<WarehouseErrorDetail>();
  detail->kind = kind;
  detail->retry = retry;
  detail->label = "connect";
  return arrow::Status::FromDetailAndArgs(arrow::StatusCode::IOError, std::move(detail),
                                          std::forward<Args>(message)...);
}

/// Our own side asked to stop. `outcome_known`: it is certain that what was interrupted had no effect.
arrow::Status InterruptedError(std::string_view what, bool outcome_known = true);

/// Turns libpq's words about a failed connection into one readable error with what to do next. Passwords are
/// masked, control characters and excess length taken out: the words may be those of anybody who listens
/// there. `certificate`: what is wrong with the server's certificate, where that is known (TlsVerdict).
arrow::Status DescribeConnectFailure(std::string_view libpq_message, const ConnectionSettings& settings,
                                     std::string_view certificate = {});

/// The same for a deadline that passed.
arrow::Status DescribeConnectTimeout(const ConnectionSettings& settings);

}  // namespace redshift
