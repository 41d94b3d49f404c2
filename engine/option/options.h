#pragma once

#include <arrow/result.h>

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>

#include "engine/option/option_keys.h"
#include "engine/option/secret.h"
#include "engine/option/table_name.h"

namespace redshift {

/// The checked options of one table. Every rule that options alone can break is checked by Parse, so that a
/// value read from here needs no second look. Immutable; copies are independent.
class Options {
 public:
  /// Checks what a user wrote after WITH. Aliases are resolved, defaults filled in, all errors that are found
  /// are listed in one message, a line each:
  ///   - an unknown key (with the nearest known one), one key under two spellings with different values
  ///   - a value that is malformed or out of range
  ///   - a key or value whose function does not exist yet ("not supported yet")
  ///   - keys that need each other or exclude each other.
  /// Durations and sizes are Flink's ("30 s", "128mb"). Values of secrets never appear in a message.
  static arrow::Result<Options> Parse(const std::map<std::string, std::string>& given);

  /// The same for who only uses S3: `s3-uri` is required, no login and no table is. Their options may be
  /// given, and are right in themselves.
  static arrow::Result<Options> ParseForStorage(const std::map<std::string, std::string>& given);

  /// The value given, or the default. Only for keys that have one, or that Parse requires; for others use
  /// Find.
  template <typename T>
  T Get(option::Key<T> key) const {
    return Convert<T>(*Lookup(key.name));
  }

  /// The value given, or the default, or nothing.
  template <typename T>
  std::optional<T> Find(option::Key<T> key) const {
    const Value* value = Lookup(key.name);
    if (value == nullptr) return std::nullopt;
    return Convert<T>(*value);
  }

  /// Whether the user gave the key, under any of its spellings.
  template <typename T>
  bool IsSet(option::Key<T> key) const {
    return given_.contains(std::string(key.name));
  }

  /// What was given, by canonical key; Parse makes the same options of it again. Holds secrets in clear text:
  /// for handing a plan to another process, never for logs.
  const std::map<std::string, std::string>& given() const { return given_; }

  /// `table-name`, taken apart.
  const TableName& table() const { return table_; }

  /// `sink.delivery-guarantee`, by default what the write mode can promise.
  option::DeliveryGuarantee delivery_guarantee() const { return delivery_guarantee_; }

  /// `s3-uri` taken apart: "s3://bucket/a/b/" is bucket "bucket" and prefix "a/b". Empty in jdbc mode unless
  /// given.
  const std::string& s3_bucket() const { return s3_bucket_; }
  const std::string& s3_prefix() const { return s3_prefix_; }

 private:
  using Value = std::variant<bool, int64_t, std::string, Secret, std::chrono::milliseconds, option::ByteSize>;
  friend class OptionsParser;

  const Value* Lookup(std::string_view key) const {
    auto found = values_.find(key);
    return found == values_.end() ? nullptr : &found->second;
  }

  template <typename T>
  static T Convert(const Value& value) {
    if constexpr (std::is_enum_v<T>) {
      return static_cast<T>(std::get<int64_t>(value));
    } else {
      return std::get<T>(value);
    }
  }

  std::map<std::string, std::string> given_;
  std::map<std::string, Value, std::less<>> values_;
  TableName table_;
  option::DeliveryGuarantee delivery_guarantee_ = option::DeliveryGuarantee::kAtLeastOnce;
  std::string s3_bucket_;
  std::string s3_prefix_;
};

}  // namespace redshift
