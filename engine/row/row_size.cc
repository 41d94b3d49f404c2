#include "engine/row/row_size.h"

#include <arrow/api.h>

#include <algorithm>

#include "engine/row/json_text.h"

namespace redshift {
namespace {

constexpr int64_t kQuotesAndComma = 3;
// A control character is \u0000 in JSON; a quote \", of which CSV doubles the quote.
constexpr int64_t kMaxBytesOfJsonByte = 6;

/// The most that all values of the array may have as JSON inside CSV.
int64_t MaxJsonText(const arrow::Array& array) {
  int64_t total = array.length() * (kMaxFixedText + 2 * kQuotesAndComma);
  switch (array.type_id()) {
    case arrow::Type::STRING:
    case arrow::Type::BINARY:
      return total +
             kMaxBytesOfJsonByte * static_cast<const arrow::BinaryArray&>(array).total_values_length();
    case arrow::Type::LIST: {
      const auto& lists = static_cast<const arrow::ListArray&>(array);
      const int64_t begin = lists.value_offset(0);
      return total + MaxJsonText(*lists.values()->Slice(begin, lists.value_offset(lists.length()) - begin));
    }
    case arrow::Type::STRUCT: {
      const auto& structs = static_cast<const arrow::StructArray&>(array);
      for (int i = 0; i < structs.num_fields(); ++i) {
        const auto name = static_cast<int64_t>(array.type()->field(i)->name().size());
        total += MaxJsonText(*structs.field(i)) + array.length() * kMaxBytesOfJsonByte * name;
      }
      return total;
    }
    default:
      return total;
  }
}

int64_t WithQuotes(std::string_view text) {
  return kQuotesAndComma + static_cast<int64_t>(text.size()) + std::count(text.begin(), text.end(), '"');
}

}  // namespace

int64_t MaxRowText(const arrow::RecordBatch& batch) {
  int64_t most = 0;
  for (const auto& column : batch.columns()) {
    switch (column->type_id()) {
      case arrow::Type::STRING:
      case arrow::Type::BINARY:
        most += kMaxFixedText + 2 * static_cast<const arrow::BinaryArray&>(*column).total_values_length();
        break;
      case arrow::Type::LIST:
      case arrow::Type::STRUCT:
        most += kMaxFixedText + MaxJsonText(*column);
        break;
      default:
        most += kMaxFixedText;
    }
  }
  return most;
}

int64_t JsonText(const arrow::Array& column, int64_t row, std::string* scratch) {
  scratch->clear();
  AppendJson(column, row, scratch);
  return static_cast<int64_t>(scratch->size());
}

int64_t RowText(const arrow::RecordBatch& batch, int64_t row, std::string* scratch) {
  int64_t size = 0;
  for (const auto& column : batch.columns()) {
    if (column->IsNull(row)) {
      size += kMaxFixedText;
      continue;
    }
    switch (column->type_id()) {
      case arrow::Type::STRING:
        size += WithQuotes(static_cast<const arrow::StringArray&>(*column).GetView(row));
        break;
      case arrow::Type::BINARY:
        size += kQuotesAndComma + 2 * static_cast<const arrow::BinaryArray&>(*column).value_length(row);
        break;
      case arrow::Type::LIST:
      case arrow::Type::STRUCT:
        JsonText(*column, row, scratch);
        size += WithQuotes(*scratch);
        break;
      default:
        size += kMaxFixedText;
    }
  }
  return size;
}

}  // namespace redshift
