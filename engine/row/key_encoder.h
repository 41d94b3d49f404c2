#pragma once

#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include <cstdint>
#include <string_view>
#include <vector>

#include "engine/row/change_batch.h"
#include "engine/type/table_schema.h"

namespace redshift {

/// The keys of the rows of one batch. Kept from batch to batch, it allocates only to grow.
class KeyBytes {
 public:
  int64_t size() const { return ends_.empty() ? 0 : static_cast<int64_t>(ends_.size()) - 1; }
  /// Valid until the next Encode.
  std::string_view operator[](int64_t row) const {
    const auto at = static_cast<size_t>(row);
    return {bytes_.data() + ends_[at], ends_[at + 1] - ends_[at]};
  }

 private:
  friend class KeyEncoder;
  std::vector<char> bytes_;
  std::vector<size_t> ends_;  // of the row before; one more than rows
  std::vector<char*> at_;     // where the next column of each row goes
};

/// Turns keys into bytes that are equal exactly when Redshift takes the keys for equal: trailing blanks of
/// text do not count (Redshift: "Character types"), decimals have their column's scale. Immutable and so safe
/// to share between threads.
class KeyEncoder {
 public:
  /// Invalid without a key, or with a key of types that CheckSupported refuses in one.
  static arrow::Result<KeyEncoder> Make(const TableSchema& schema);

  /// The key of every row of `batch`, which has the columns of TableSchema::arrow_schema() and has passed
  /// RowValidator. Invalid when a key holds NULL.
  arrow::Status Encode(const arrow::RecordBatch& batch, KeyBytes* out) const;

 private:
  struct Part {
    int column;
    int width;  // bytes of a value; 0: text
    bool is_boolean;
  };
  explicit KeyEncoder(std::vector<Part> parts) : parts_(std::move(parts)) {}

  std::vector<Part> parts_;
};

/// The batch with only the last change of each key, in stream order.
arrow::Result<ChangeBatch> LastPerKey(const KeyEncoder& encoder, const ChangeBatch& batch);

}  // namespace redshift
