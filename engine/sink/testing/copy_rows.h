// Rows and plans for tests of the copy writer.
#pragma once

#include <cstdint>
#include <cstring>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "engine/aws/testing/copy_options.h"
#include "engine/sink/sink_plan.h"
#include "engine/type/redshift_type.h"

namespace redshift::testing {

/// Frames of rows of BIGINT and VARCHAR fields, in the layout that Flink documents for BinaryRowData: null
/// bits behind 8 bits of row kind, 8 bytes per field, variable part; all little-endian.
class CopyRows {
 public:
  using Field = std::variant<std::nullptr_t, int64_t, std::string_view>;

  /// `kind` as Flink numbers it: 0 +I, 1 -U, 2 +U, 3 -D.
  void Add(std::span<const Field> fields, uint8_t kind = 0) {
    const size_t header = (fields.size() + 63 + 8) / 64 * 8;
    row_.assign(header + 8 * fields.size(), 0);
    row_[0] = kind;
    for (size_t i = 0; i < fields.size(); ++i) {
      const size_t slot = header + 8 * i;
      if (std::holds_alternative<std::nullptr_t>(fields[i])) {
        row_[(i + 8) / 8] |= static_cast<uint8_t>(1U << (i % 8));
      } else if (const auto* number = std::get_if<int64_t>(&fields[i])) {
        std::memcpy(&row_[slot], number, sizeof(*number));
      } else {
        AddText(slot, std::get<std::string_view>(fields[i]));
      }
    }
    const auto length = static_cast<uint32_t>(row_.size());
    const auto* length_bytes = reinterpret_cast<const uint8_t*>(&length);
    frames_.insert(frames_.end(), length_bytes, length_bytes + sizeof(length));
    frames_.insert(frames_.end(), row_.begin(), row_.end());
    ++count_;
  }
  void Add(std::initializer_list<Field> fields, uint8_t kind = 0) {
    Add(std::span<const Field>(fields.begin(), fields.size()), kind);
  }

  void Clear() {
    frames_.clear();
    count_ = 0;
  }

  std::span<const uint8_t> frames() const { return frames_; }
  int64_t count() const { return count_; }

 private:
  void AddText(size_t slot, std::string_view text) {
    if (text.size() <= 7) {
      if (!text.empty()) std::memcpy(&row_[slot], text.data(), text.size());
      row_[slot + 7] = static_cast<uint8_t>(0x80 | text.size());
      return;
    }
    const uint64_t place = (static_cast<uint64_t>(row_.size()) << 32) | text.size();
    std::memcpy(&row_[slot], &place, sizeof(place));
    row_.insert(row_.end(), text.begin(), text.end());
    row_.resize((row_.size() + 7) / 8 * 8, 0);
  }

  std::vector<uint8_t> row_;
  std::vector<uint8_t> frames_;
  int64_t count_ = 0;
};

/// A table of columns "c0", "c1", ... whose Flink types are given: "BIGINT" or "VARCHAR(n)".
inline SinkPlan CopyPlan(const std::vector<std::string>& types, const OptionMap& options,
                         const std::vector<std::string>& primary_key = {}) {
  nlohmann::json request;
  request["options"] = options;
  for (size_t i = 0; i < types.size(); ++i) {
    request["columns"].push_back({{"name", "c" + std::to_string(i)}, {"type", types[i]}});
  }
  request["primary_key"] = primary_key;
  return SinkPlan::Make(request.dump()).ValueOrDie();
}

/// The warehouse's table for such a plan, with texts of at most `text_bytes`.
inline TargetTable CopyTarget(const std::vector<std::string>& types, int32_t text_bytes = 65535) {
  TargetTable target{.schema = "public", .name = "events", .columns = {}};
  for (size_t i = 0; i < types.size(); ++i) {
    TargetColumn column;
    column.name = "c" + std::to_string(i);
    if (types[i] == "BIGINT") {
      column.type.kind = RedshiftKind::kBigInt;
    } else {
      column.type.kind = RedshiftKind::kVarchar;
      column.type.length = text_bytes;
    }
    target.columns.push_back(std::move(column));
  }
  return target;
}

}  // namespace redshift::testing
