#include "engine/row/testing/drawn_rows.h"

#include <arrow/api.h>
#include <arrow/compute/api_vector.h>

#include <bit>
#include <limits>

#include "engine/type/created_type.h"

namespace redshift::testing {
namespace {

constexpr size_t kMostColumns = 100;
constexpr size_t kMostRows = 8;
constexpr size_t kMostElements = 4;

void AppendDrawn(fuzz::Input* input, arrow::ArrayBuilder* builder);

template <typename Builder>
Builder* As(arrow::ArrayBuilder* builder) {
  return static_cast<Builder*>(builder);
}

template <typename Builder>
arrow::Status AppendNumber(fuzz::Input* input, arrow::ArrayBuilder* builder) {
  using Value = typename Builder::value_type;
  return As<Builder>(builder)->Append(static_cast<Value>(input->Number()));
}

arrow::Status AppendValue(fuzz::Input* input, arrow::ArrayBuilder* builder) {
  switch (builder->type()->id()) {
    case arrow::Type::BOOL:
      return As<arrow::BooleanBuilder>(builder)->Append(input->Bool());
    case arrow::Type::INT8:
      return AppendNumber<arrow::Int8Builder>(input, builder);
    case arrow::Type::INT16:
      return AppendNumber<arrow::Int16Builder>(input, builder);
    case arrow::Type::INT32:
      return AppendNumber<arrow::Int32Builder>(input, builder);
    case arrow::Type::INT64:
      return AppendNumber<arrow::Int64Builder>(input, builder);
    case arrow::Type::FLOAT:
      return As<arrow::FloatBuilder>(builder)->Append(
          std::bit_cast<float>(static_cast<uint32_t>(input->Number())));
    case arrow::Type::DOUBLE:
      return As<arrow::DoubleBuilder>(builder)->Append(std::bit_cast<double>(input->Number()));
    case arrow::Type::DECIMAL128: {
      const auto high = static_cast<int64_t>(input->Number());
      const arrow::Decimal128 value(input->Bool() ? high : high >> 63, input->Number());
      return As<arrow::Decimal128Builder>(builder)->Append(value);
    }
    case arrow::Type::DATE32:
      return AppendNumber<arrow::Date32Builder>(input, builder);
    case arrow::Type::TIME32:
      return AppendNumber<arrow::Time32Builder>(input, builder);
    case arrow::Type::TIMESTAMP:
      return AppendNumber<arrow::TimestampBuilder>(input, builder);
    case arrow::Type::INTERVAL_MONTHS:
      return AppendNumber<arrow::MonthIntervalBuilder>(input, builder);
    case arrow::Type::DURATION:
      return AppendNumber<arrow::DurationBuilder>(input, builder);
    case arrow::Type::STRING:
    case arrow::Type::BINARY:
      return As<arrow::BinaryBuilder>(builder)->Append(input->Text());
    case arrow::Type::LIST: {
      auto* list = As<arrow::ListBuilder>(builder);
      ARROW_RETURN_NOT_OK(list->Append());
      for (size_t left = input->Below(kMostElements + 1); left > 0; --left) {
        AppendDrawn(input, list->value_builder());
      }
      return arrow::Status::OK();
    }
    case arrow::Type::STRUCT: {
      ARROW_RETURN_NOT_OK(As<arrow::StructBuilder>(builder)->Append());
      for (int i = 0; i < builder->num_children(); ++i) AppendDrawn(input, builder->child(i));
      return arrow::Status::OK();
    }
    default:
      return arrow::Status::NotImplemented("no value can be drawn of ", builder->type()->ToString());
  }
}

// The entries of MAP and MULTISET are never NULL themselves.
bool MayBeNull(const arrow::ArrayBuilder& builder) {
  return builder.type()->id() != arrow::Type::STRUCT || builder.type()->num_fields() != 2 ||
         builder.type()->field(0)->name() != "key";
}

void AppendDrawn(fuzz::Input* input, arrow::ArrayBuilder* builder) {
  const bool is_null = input->Below(8) == 7 && MayBeNull(*builder);
  const arrow::Status appended = is_null ? builder->AppendNull() : AppendValue(input, builder);
  fuzz::Check(appended.ok(), "values of every type can be drawn", appended.ToString());
}

}  // namespace

std::vector<Column> DrawnColumns(fuzz::Input* input) {
  std::vector<Column> columns;
  for (std::string_view line = input->Line(); !line.empty(); line = input->Line()) {
    const auto type = ParseFlinkType(line);
    if (!type.ok() || columns.size() == kMostColumns) return {};
    columns.push_back({"c" + std::to_string(columns.size()), *type});
  }
  return columns;
}

TargetTable CreatedTarget(const TableSchema& schema) {
  TargetTable target{.schema = "public", .name = "t", .columns = {}};
  for (const Column& column : schema.columns()) {
    target.columns.push_back({.name = column.name, .type = CreatedType(column.type)});
  }
  return target;
}

std::shared_ptr<arrow::RecordBatch> DrawnRows(const TableSchema& schema, fuzz::Input* input) {
  const auto builder =
      arrow::RecordBatchBuilder::Make(schema.arrow_schema(), arrow::default_memory_pool()).ValueOrDie();
  for (size_t row = 0; row < kMostRows && (row == 0 || !input->empty()); ++row) {
    for (int column = 0; column < builder->num_fields(); ++column) {
      AppendDrawn(input, builder->GetField(column));
    }
  }
  return builder->Flush().ValueOrDie();
}

std::shared_ptr<arrow::RecordBatch> GoodRows(const RowValidator& validator, const ChangeBatch& batch) {
  const auto bad = validator.FindBadRows(batch, 0, std::numeric_limits<int64_t>::max()).ValueOrDie();
  arrow::Int64Builder good;
  auto next_bad = bad.begin();
  for (int64_t row = 0; row < batch.rows->num_rows(); ++row) {
    if (next_bad != bad.end() && next_bad->row == row) {
      ++next_bad;
    } else {
      fuzz::Check(good.Append(row).ok(), "there is memory");
    }
  }
  fuzz::Check(next_bad == bad.end(), "bad rows come once each and in order");
  return arrow::compute::Take(batch.rows, good.Finish().ValueOrDie()).ValueOrDie().record_batch();
}

}  // namespace redshift::testing
