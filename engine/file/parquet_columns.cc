#include "engine/file/parquet_columns.h"

#include <arrow/compute/cast.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>

#include <algorithm>
#include <utility>

namespace redshift {

namespace {

constexpr char kUseCsv[] = "Set 'sink.copy.format' to 'csv', which has no such limit.";

bool IsPlainLeaf(const arrow::DataType& type) {
  switch (type.id()) {
    case arrow::Type::BOOL:
    case arrow::Type::INT8:
    case arrow::Type::INT16:
    case arrow::Type::INT32:
    case arrow::Type::INT64:
    case arrow::Type::FLOAT:
    case arrow::Type::DOUBLE:
    case arrow::Type::STRING:
      return true;
    default:
      return false;
  }
}

bool IsNested(const arrow::DataType& type) {
  return type.id() == arrow::Type::LIST || type.id() == arrow::Type::STRUCT;
}

bool HasPlainLeaves(const arrow::DataType& type) {
  if (!IsNested(type)) return IsPlainLeaf(type);
  // Parquet has no groups without fields.
  if (type.num_fields() == 0) return false;
  for (const auto& field : type.fields()) {
    if (!HasPlainLeaves(*field->type())) return false;
  }
  return true;
}

/// A map is an object in JSON, but a list of pairs in Arrow, and so it would be in SUPER.
bool HoldsMap(const FlinkType& type) {
  return type.kind == TypeKind::kMap || type.kind == TypeKind::kMultiset ||
         std::any_of(type.children.begin(), type.children.end(), HoldsMap);
}

bool IsCarried(const arrow::DataType& type) {
  if (IsNested(type)) return HasPlainLeaves(type);
  switch (type.id()) {
    case arrow::Type::DECIMAL128:
    case arrow::Type::DATE32:
    case arrow::Type::BINARY:
      return true;
    case arrow::Type::TIMESTAMP:
      return static_cast<const arrow::TimestampType&>(type).timezone().empty();
    default:
      return IsPlainLeaf(type);
  }
}

// Within SUPER a number is a number: one width for all, without an annotation.
std::shared_ptr<arrow::DataType> InsideSuper(const std::shared_ptr<arrow::DataType>& type) {
  switch (type->id()) {
    case arrow::Type::INT8:
    case arrow::Type::INT16:
      return arrow::int32();
    case arrow::Type::LIST:
      return arrow::list(type->field(0)->WithType(InsideSuper(type->field(0)->type()))->WithNullable(true));
    case arrow::Type::STRUCT: {
      std::vector<std::shared_ptr<arrow::Field>> fields;
      for (const auto& field : type->fields()) {
        fields.push_back(field->WithType(InsideSuper(field->type()))->WithNullable(true));
      }
      return arrow::struct_(fields);
    }
    default:
      return type;
  }
}

// What a column has to be in the file; nullptr where its declared type says it already.
std::shared_ptr<arrow::DataType> TypeFor(const RedshiftType& target) {
  switch (target.kind) {
    case RedshiftKind::kSmallInt:
      return arrow::int16();
    case RedshiftKind::kInteger:
      return arrow::int32();
    case RedshiftKind::kBigInt:
      return arrow::int64();
    case RedshiftKind::kReal:
      return arrow::float32();
    case RedshiftKind::kDouble:
      return arrow::float64();
    case RedshiftKind::kDecimal:
      return arrow::decimal128(target.precision, target.scale);
    default:
      return nullptr;
  }
}

std::shared_ptr<arrow::Field> FieldFor(const arrow::Field& declared, const std::string& name,
                                       const TargetColumn* target) {
  std::shared_ptr<arrow::DataType> type = target == nullptr ? nullptr : TypeFor(target->type);
  if (type == nullptr) type = IsNested(*declared.type()) ? InsideSuper(declared.type()) : declared.type();
  // Redshift has no type of one byte.
  if (type->id() == arrow::Type::INT8) type = arrow::int16();
  return arrow::field(name, std::move(type));
}

}  // namespace

arrow::Status CheckParquet(const TableSchema& schema) {
  std::string refused;
  const auto arrow_schema = schema.arrow_schema();
  for (int i = 0; i < arrow_schema->num_fields(); ++i) {
    const Column& column = schema.columns()[static_cast<size_t>(i)];
    if (IsCarried(*arrow_schema->field(i)->type()) && !HoldsMap(column.type)) continue;
    refused += (refused.empty() ? "" : ", ") + ("'" + column.name + "' " + column.type.ToString());
  }
  if (refused.empty()) return arrow::Status::OK();
  return arrow::Status::Invalid("Parquet files cannot carry these columns into Redshift: ", refused, ". ",
                                kUseCsv);
}

arrow::Result<ParquetColumns> ParquetColumns::ForTable(const TableSchema& declared, const TargetTable& target,
                                                       const std::string& table) {
  const auto arrow_schema = declared.arrow_schema();
  std::vector<std::shared_ptr<arrow::Field>> fields;
  std::vector<int> sources;
  std::string missing;
  for (const TargetColumn& column : target.columns) {
    int source = 0;
    while (source < arrow_schema->num_fields() &&
           FoldName(arrow_schema->field(source)->name()) != FoldName(column.name)) {
      ++source;
    }
    if (source == arrow_schema->num_fields() || column.is_identity) {
      missing += (missing.empty() ? "" : ", ") + ("'" + column.name + "'") +
                 (column.is_identity ? " (IDENTITY)" : "");
      continue;
    }
    fields.push_back(FieldFor(*arrow_schema->field(source), column.name, &column));
    sources.push_back(source);
  }
  if (!missing.empty()) {
    return arrow::Status::Invalid("COPY of Parquet files fills all columns of a table, but of ", table,
                                  " these are not written by this sink: ", missing,
                                  ". Declare them in Flink where they take values. Otherwise: ", kUseCsv);
  }
  return ParquetColumns(arrow::schema(std::move(fields)), std::move(sources));
}

arrow::Result<ParquetColumns> ParquetColumns::ForStage(const TableSchema& staged, const TargetTable& target) {
  const auto arrow_schema = staged.arrow_schema();
  std::vector<std::shared_ptr<arrow::Field>> fields;
  std::vector<int> sources;
  for (int i = 0; i < arrow_schema->num_fields(); ++i) {
    const arrow::Field& field = *arrow_schema->field(i);
    fields.push_back(FieldFor(field, field.name(), target.Find(field.name())));
    sources.push_back(i);
  }
  return ParquetColumns(arrow::schema(std::move(fields)), std::move(sources));
}

arrow::Result<std::shared_ptr<arrow::RecordBatch>> ParquetColumns::Arrange(
    const arrow::RecordBatch& rows) const {
  std::vector<std::shared_ptr<arrow::Array>> columns;
  for (size_t i = 0; i < sources_.size(); ++i) {
    std::shared_ptr<arrow::Array> column = rows.column(sources_[i]);
    const auto& type = schema_->field(static_cast<int>(i))->type();
    if (!column->type()->Equals(*type)) {
      ARROW_ASSIGN_OR_RAISE(column, arrow::compute::Cast(*column, type));
    }
    columns.push_back(std::move(column));
  }
  return arrow::RecordBatch::Make(schema_, rows.num_rows(), std::move(columns));
}

}  // namespace redshift
