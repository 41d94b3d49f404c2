#include "engine/sink/key_table.h"

#include <functional>

namespace redshift {

namespace {

constexpr size_t kFirstSlots = 1024;

}  // namespace

KeyTable::Entry KeyTable::Put(std::string_view key, int64_t seq) {
  if (slots_.size() < 2 * (keys_.size() + 1)) Grow();
  const uint64_t hash = std::hash<std::string_view>{}(key);
  const size_t mask = slots_.size() - 1;
  size_t slot = hash & mask;
  for (; slots_[slot] != 0; slot = (slot + 1) & mask) {
    Key& known = keys_[slots_[slot] - 1];
    if (known.hash == hash && key == std::string_view(bytes_.data() + known.begin, known.size)) {
      known.last = seq;
      return slots_[slot] - 1;
    }
  }
  keys_.push_back({hash, seq, static_cast<uint32_t>(bytes_.size()), static_cast<uint32_t>(key.size())});
  bytes_.insert(bytes_.end(), key.begin(), key.end());
  slots_[slot] = static_cast<uint32_t>(keys_.size());
  return slots_[slot] - 1;
}

void KeyTable::Grow() {
  slots_.assign(slots_.empty() ? kFirstSlots : 2 * slots_.size(), 0);
  const size_t mask = slots_.size() - 1;
  for (size_t i = 0; i < keys_.size(); ++i) {
    size_t slot = keys_[i].hash & mask;
    while (slots_[slot] != 0) slot = (slot + 1) & mask;
    slots_[slot] = static_cast<uint32_t>(i + 1);
  }
}

int64_t KeyTable::memory() const {
  return static_cast<int64_t>(bytes_.capacity() + keys_.capacity() * sizeof(Key) +
                              slots_.capacity() * sizeof(uint32_t));
}

}  // namespace redshift
