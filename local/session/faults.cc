// What local.fault() makes happen to a session.
#include <fmt/format.h>
#include <poll.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>

#include "local/session/fault_error.h"
#include "local/session/session.h"

namespace redshift_local {
namespace {

/// How soon a cancel request is noticed.
constexpr std::chrono::milliseconds kLookAgain(20);

}  // namespace

void Session::ArmFault(std::string_view notice) {
  const auto asked = nlohmann::json::parse(notice);
  FaultOrder order;
  order.fault = *ParseFault(asked["fault"].get<std::string>());
  order.times = asked["times"].get<int>();
  if (!asked["pattern"].is_null()) order.pattern = asked["pattern"].get<std::string>();
  order.probability = asked["probability"].get<double>();
  order.delay = std::chrono::milliseconds(asked["delay_ms"].get<int64_t>());
  server_->faults().Arm(std::move(order));
}

std::string Session::Facts() const {
  const auto application = startup_.parameters.find("application_name");
  return fmt::format("user={} database={} application_name={} query_group={}", startup_.user,
                     startup_.database, application == startup_.parameters.end() ? "" : application->second,
                     query_group_);
}

void Session::LogFault(Fault fault) const {
  spdlog::info("fault {} fires: session {} of {}", FaultName(fault), handle_.pid, client_.peer());
}

void Session::CutConnection(Fault fault) {
  LogFault(fault);
  backend_->Shutdown();
  client_.Cut();
  throw ConnectionLost("cut by fault " + std::string(FaultName(fault)));
}

void Session::KeepSilence() {
  while (true) {
    // What the client still says is not read.
    pollfd fds[] = {{client_.descriptor(), POLLRDHUP, 0}, {backend_->descriptor(), POLLIN, 0}};
    if (::poll(fds, 2, -1) < 0) continue;
    if (fds[0].revents != 0) throw ConnectionLost(client_.peer() + " has gone without an answer");
    if (fds[1].revents != 0) ForwardAside(backend_->Receive());
  }
}

void Session::HoldBack(std::chrono::milliseconds delay) {
  const auto end = std::chrono::steady_clock::now() + delay;
  while (!handle_.cancelled) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
    if (left.count() <= 0) return;
    pollfd backend{backend_->descriptor(), POLLIN, 0};
    if (::poll(&backend, 1, static_cast<int>(std::min(left, kLookAgain).count())) > 0) {
      ForwardAside(backend_->Receive());
    }
  }
}

bool Session::IsLetIn() {
  const auto fault = server_->faults().Take(FaultMoment::kLogIn, Facts());
  if (!fault) return true;
  if (fault->fault == Fault::kCutAtLogin) CutConnection(fault->fault);
  LogFault(fault->fault);
  if (fault->fault == Fault::kSilenceAtLogin) KeepSilence();
  RefuseAsOneTooMany();
  return false;
}

std::optional<SqlErrorFields> Session::FaultInsteadOf(const Statement& statement) {
  if (statement.kind == StatementKind::kEmpty || statement.kind == StatementKind::kRefused ||
      statement.uses_faults || backend_->transaction_status() == 'E') {
    return std::nullopt;
  }
  const bool first = InBlock() && statement.counts_as_query && !block_has_data_;
  block_has_data_ = block_has_data_ || statement.counts_as_query;
  const auto fault = server_->faults().Take(FaultMoment::kStatement, statement.text, !first);
  if (!fault) return std::nullopt;
  LogFault(fault->fault);
  switch (fault->fault) {
    case Fault::kSlow:
      HoldBack(fault->delay);
      if (!handle_.cancelled) return std::nullopt;
      return SqlErrorFields{"57014", "Query cancelled on user's request", "", "", 0};
    case Fault::kSilence:
      KeepSilence();
    case Fault::kShutdown:
      backend_->Shutdown();
      SendFatal(&client_, "57P01", "terminating connection due to administrator command");
      throw ConnectionLost("ended by fault shutdown");
    default:
      return FaultError(fault->fault, handle_.pid, query_id_);
  }
}

void Session::FailInstead(const Statement& statement, const SqlErrorFields& error) {
  const bool ends_block =
      statement.kind == StatementKind::kCommit || statement.kind == StatementKind::kRollback;
  // Whatever happens on the back end is not for the client.
  try {
    if (ends_block) {
      implicit_block_ = false;
      backend_->Query("rollback");
    } else if (backend_->transaction_status() != 'E') {
      backend_->Query("select local.refuse('XX000', 'the transaction fails with the statement')");
    }
  } catch (const BackendError&) {
    // That was the purpose.
  }
  SendError(error);
}

bool Session::TakeSnapshotIfAsked() {
  const auto fault = server_->faults().Take(FaultMoment::kBegin, Facts());
  if (!fault) return true;
  LogFault(fault->fault);
  transaction_.snapshot = server_->transactions().Now();
  return RunHidden("select 1");
}

}  // namespace redshift_local
