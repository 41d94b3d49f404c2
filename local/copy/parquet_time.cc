#include "local/copy/parquet_time.h"

#include <arrow/array/array_primitive.h>
#include <arrow/type.h>

#include <limits>

namespace redshift_local {
namespace {

constexpr int64_t kMicrosPerDay = int64_t{86'400} * 1'000'000;

// Microseconds, rounded down; nothing when there are too many.
std::optional<int64_t> ToMicros(int64_t value, arrow::TimeUnit::type unit) {
  int64_t micros = 0;
  switch (unit) {
    case arrow::TimeUnit::SECOND:
      if (__builtin_mul_overflow(value, int64_t{1'000'000}, &micros)) return std::nullopt;
      return micros;
    case arrow::TimeUnit::MILLI:
      if (__builtin_mul_overflow(value, int64_t{1'000}, &micros)) return std::nullopt;
      return micros;
    case arrow::TimeUnit::MICRO:
      return value;
    case arrow::TimeUnit::NANO:
      return value / 1'000 - (value % 1'000 < 0 ? 1 : 0);
  }
  return std::nullopt;
}

}  // namespace

arrow::Result<CivilTime> ParquetTimeOf(const arrow::Array& array, int64_t row) {
  CivilTime time;
  switch (array.type_id()) {
    case arrow::Type::DATE32:
      SetDateFromDays(static_cast<const arrow::Date32Array&>(array).Value(row), &time);
      break;
    case arrow::Type::TIME32:
    case arrow::Type::TIME64: {
      const auto unit = static_cast<const arrow::TimeType&>(*array.type()).unit();
      const int64_t value = array.type_id() == arrow::Type::TIME32
                                ? static_cast<const arrow::Time32Array&>(array).Value(row)
                                : static_cast<const arrow::Time64Array&>(array).Value(row);
      const auto micros = ToMicros(value, unit);
      if (!micros || *micros < 0 || *micros >= kMicrosPerDay) {
        return arrow::Status::Invalid("a time of day is outside of the day");
      }
      time = FromEpoch(*micros);
      break;
    }
    case arrow::Type::TIMESTAMP: {
      const auto unit = static_cast<const arrow::TimestampType&>(*array.type()).unit();
      const auto micros = ToMicros(static_cast<const arrow::TimestampArray&>(array).Value(row), unit);
      if (!micros) return arrow::Status::Invalid("a timestamp is out of range");
      time = FromEpoch(*micros);
      break;
    }
    default:
      return arrow::Status::Invalid("the type ", array.type()->ToString(), " is no date or time");
  }
  if (!time.IsValidDate()) return arrow::Status::Invalid("a date is outside of 4713 BC to 294276 AD");
  return time;
}

}  // namespace redshift_local
