#include "local/session/transaction_board.h"

#include <algorithm>

namespace redshift_local {
namespace {

/// Transactions that are remembered; the oldest goes first, ended or not.
constexpr size_t kMostWriters = 1000;

}  // namespace

uint64_t TransactionBoard::Now() const {
  std::lock_guard lock(mutex_);
  return now_;
}

void TransactionBoard::Wrote(int64_t id, int64_t table) {
  std::lock_guard lock(mutex_);
  const auto found =
      std::find_if(writers_.begin(), writers_.end(), [&](const Writer& writer) { return writer.id == id; });
  if (found != writers_.end()) {
    found->table = table;
    return;
  }
  if (writers_.size() >= kMostWriters) writers_.pop_front();
  writers_.push_back({id, table, 0});
}

void TransactionBoard::Ended(int64_t id) {
  std::lock_guard lock(mutex_);
  for (Writer& writer : writers_) {
    if (writer.id == id) writer.ended = now_;
  }
  ++now_;
}

std::vector<TransactionBoard::Writer> TransactionBoard::Since(uint64_t moment) const {
  std::lock_guard lock(mutex_);
  std::vector<Writer> since;
  std::copy_if(writers_.begin(), writers_.end(), std::back_inserter(since),
               [&](const Writer& writer) { return writer.ended == 0 || writer.ended >= moment; });
  return since;
}

}  // namespace redshift_local
