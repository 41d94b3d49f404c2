#include <arrow/api.h>

#include <algorithm>
#include <string_view>
#include <vector>

#include "engine/row/json_text.h"
#include "engine/row/value_check.h"

namespace redshift {
namespace {

/// Reports the rows of `lists` that hold the positions it is given, which count from the first element of row
/// 0.
class ToRows {
 public:
  ToRows(const arrow::ListArray& lists, int64_t rows, const ReportBadValue& report)
      : offsets_(lists.raw_value_offsets()), rows_(rows), report_(report) {}

  bool operator()(int64_t position, std::string reason) const {
    // The last row that begins at the position or before it: empty rows before it begin there too.
    const auto element = static_cast<int32_t>(offsets_[0] + position);
    const int32_t* after = std::upper_bound(offsets_, offsets_ + rows_ + 1, element);
    return report_(after - offsets_ - 1, std::move(reason));
  }

 private:
  const int32_t* offsets_;
  int64_t rows_;
  const ReportBadValue& report_;
};

/// The elements of the first `rows` lists, of which the first is that of row 0.
std::shared_ptr<arrow::Array> ElementsOf(const arrow::ListArray& lists, int64_t rows) {
  const int64_t begin = lists.value_offset(0);
  return lists.values()->Slice(begin, lists.value_offset(rows) - begin);
}

void CheckPart(const FlinkType& type, const arrow::Array& values, const ValueRule& rule,
               const ReportBadValue& report) {
  // The options of COPY are about columns of text and dates, not about what a SUPER holds.
  const ValueRule part{.declared = type,
                       .target = rule.target,
                       .null_marker = {},
                       .text_length = rule.text_length,
                       .trim_blanks = false,
                       .text_utf8 = rule.text_utf8,
                       .date_range = true};
  if (IsNested(type.kind)) {
    CheckNestedValues(values, values.length(), part, report);
  } else {
    CheckValues(*values.data(), values.length(), part, report);
  }
}

/// Whether two of the keys from `begin` on have the same name in JSON.
bool HasDuplicate(const arrow::Array& keys, int64_t begin, int64_t count) {
  if (count < 2) return false;
  std::string text;
  std::vector<size_t> ends;
  for (int64_t i = begin; i < begin + count; ++i) {
    AppendPlainText(keys, i, &text);
    ends.push_back(text.size());
  }
  std::vector<std::string_view> names;
  size_t from = 0;
  for (size_t end : ends) {
    names.emplace_back(text.data() + from, end - from);
    from = end;
  }
  std::sort(names.begin(), names.end());
  return std::adjacent_find(names.begin(), names.end()) != names.end();
}

void CheckKeys(const FlinkType& key_type, const arrow::ListArray& maps, const arrow::Array& keys,
               int64_t rows, const ReportBadValue& report) {
  const int64_t first = maps.value_offset(0);
  for (int64_t row = 0; row < rows; ++row) {
    const int64_t begin = maps.value_offset(row) - first;
    const int64_t count = maps.value_length(row);
    if (keys.null_count() > 0) {
      int64_t i = begin;
      while (i < begin + count && !keys.IsNull(i)) ++i;
      if (i < begin + count) {
        if (!report(row, "NULL as a key of a map, which JSON cannot hold")) return;
        continue;
      }
    }
    if (!IsNested(key_type.kind) && HasDuplicate(keys, begin, count) &&
        !report(row, "two keys of a map have the same text, and SUPER has no duplicate attributes")) {
      return;
    }
  }
}

}  // namespace

void CheckNestedValues(const arrow::Array& column, int64_t rows, const ValueRule& rule,
                       const ReportBadValue& report) {
  if (rows == 0) return;
  const FlinkType& type = rule.declared;
  if (type.kind == TypeKind::kRow) {
    const auto& structs = static_cast<const arrow::StructArray&>(column);
    for (size_t i = 0; i < type.children.size(); ++i) {
      CheckPart(type.children[i], *structs.field(static_cast<int>(i))->Slice(0, rows), rule, report);
    }
    return;
  }
  const auto& lists = static_cast<const arrow::ListArray&>(column);
  const std::shared_ptr<arrow::Array> elements = ElementsOf(lists, rows);
  const ReportBadValue to_rows = ToRows(lists, rows, report);
  if (type.kind == TypeKind::kArray) {
    CheckPart(type.children[0], *elements, rule, to_rows);
    return;
  }
  const auto& entries = static_cast<const arrow::StructArray&>(*elements);
  const std::shared_ptr<arrow::Array> keys = entries.field(0);
  CheckKeys(type.children[0], lists, *keys, rows, report);
  CheckPart(type.children[0], *keys, rule, to_rows);
  if (type.kind == TypeKind::kMap) CheckPart(type.children[1], *entries.field(1), rule, to_rows);
}

}  // namespace redshift
