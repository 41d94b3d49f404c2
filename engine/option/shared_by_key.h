// What the tables of one process share.
#pragma once

#include <arrow/result.h>

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

namespace redshift {

/// Text that differs for different lists of parts, whatever is in them.
class SharingKey {
 public:
  void Add(std::string_view part) { text_ += std::to_string(part.size()) + ":" + std::string(part); }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

/// One object for each key, for as long as somebody holds it. Thread-safe.
template <typename T>
class SharedByKey {
 public:
  /// The object of `key`; where nobody holds one, what `make` returns, an arrow::Result<std::shared_ptr<T>>.
  /// `make` must not block: others wait for it.
  template <typename Make>
  arrow::Result<std::shared_ptr<T>> Get(const SharingKey& key, Make make) {
    std::lock_guard lock(mutex_);
    std::erase_if(held_, [](const auto& entry) { return entry.second.expired(); });
    std::weak_ptr<T>& entry = held_[key.text()];
    if (auto shared = entry.lock()) return shared;
    ARROW_ASSIGN_OR_RAISE(std::shared_ptr<T> made, make());
    entry = made;
    return made;
  }

 private:
  std::mutex mutex_;
  std::map<std::string, std::weak_ptr<T>> held_;
};

}  // namespace redshift
