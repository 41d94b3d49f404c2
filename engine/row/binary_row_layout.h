#pragma once

#include <cstddef>

namespace redshift {

/// Bytes before the first slot of a BinaryRowData: the row kind and one null bit per field, in words of 8
/// bytes.
inline constexpr size_t BinaryRowHeaderSize(size_t field_count) {
  return (field_count + 63 + 8) / 64 * 8;
}

}  // namespace redshift
