// The keys that a change reducer holds.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace redshift {

/// Distinct keys, each with the number of its last change. Open addressing over one arena of bytes: no
/// allocation per key. At most 2^32 - 1 keys and 4 GiB of their bytes, which its user's memory bound ensures.
class KeyTable {
 public:
  using Entry = uint32_t;

  /// Notes that change `seq` is the last one of `key`. The entry stands for the key until Clear.
  Entry Put(std::string_view key, int64_t seq);

  int64_t last(Entry entry) const { return keys_[entry].last; }
  int64_t size() const { return static_cast<int64_t>(keys_.size()); }

  /// Memory in use, reserved included.
  int64_t memory() const;

  /// Forgets everything and gives the memory back.
  void Clear() { *this = KeyTable(); }

 private:
  struct Key {
    uint64_t hash;
    int64_t last;
    uint32_t begin;  // in bytes_
    uint32_t size;
  };

  void Grow();

  std::vector<char> bytes_;
  std::vector<Key> keys_;
  std::vector<uint32_t> slots_;  // entry + 1; 0: free. A power of two, at most half of it taken.
};

}  // namespace redshift
