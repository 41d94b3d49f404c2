// Which transactions of clients have written what, so that a conflict can name them.
#pragma once

#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <vector>

namespace redshift_local {

/// One transaction of a session, as far as a conflict is concerned.
struct TransactionNotes {
  /// Of its first statement, UTC.
  std::string started;
  /// TransactionBoard::Now() before its snapshot was taken; 0 while it has none.
  uint64_t snapshot = 0;
  /// PostgreSQL's number, and the last table it wrote; 0 while it has written nothing.
  int64_t id = 0;
  int64_t table = 0;
};

/// Transactions that write, and the last ones that wrote. Safe for several threads.
class TransactionBoard {
 public:
  struct Writer {
    int64_t id = 0;
    int64_t table = 0;
    /// When it ended; 0: it has not.
    uint64_t ended = 0;
  };

  /// Grows with each transaction that ends; never 0.
  uint64_t Now() const;
  void Wrote(int64_t id, int64_t table);
  void Ended(int64_t id);
  /// Those that had not ended at that moment, oldest first.
  std::vector<Writer> Since(uint64_t moment) const;

 private:
  mutable std::mutex mutex_;
  uint64_t now_ = 1;
  std::deque<Writer> writers_;
};

}  // namespace redshift_local
