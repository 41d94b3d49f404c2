#pragma once

#include <arrow/array/builder_base.h>
#include <arrow/result.h>

#include <cstdint>
#include <memory>
#include <vector>

#include "engine/row/binary_value.h"
#include "engine/type/flink_type.h"

namespace redshift {

/// Collects a column of ARRAY, MAP, MULTISET or ROW values.
class NestedReader {
 public:
  static arrow::Result<std::unique_ptr<NestedReader>> Make(const FlinkType& type, int64_t row_count);

  /// Appends the value whose bytes these are. Invalid, with what is wrong, when they are damaged; never reads
  /// outside of them. The work is bounded by their number, whatever they say.
  arrow::Status Append(const RowBytes& value);
  arrow::Status AppendNull();

  /// The column; the reader is used up.
  arrow::Result<std::shared_ptr<arrow::ArrayData>> Finish();

 private:
  /// One part of the type, with what collects its values.
  struct Node {
    TypeKind kind;
    int precision;
    arrow::ArrayBuilder* builder;
    std::vector<Node> children;
  };
  class Region;

  static Node MakeNode(const FlinkType& type, arrow::ArrayBuilder* builder);
  static arrow::Status AppendNested(const Node& node, const RowBytes& value);
  static arrow::Status AppendArray(const Node& node, const RowBytes& value);
  static arrow::Status AppendMap(const Node& node, const RowBytes& value);
  static arrow::Status AppendRow(const Node& node, const RowBytes& value);
  static arrow::Status AppendElements(const Node& element, const RowBytes& array, int64_t count);
  static arrow::Status AppendValue(const Node& node, Region* region, size_t slot);

  std::unique_ptr<arrow::ArrayBuilder> builder_;
  Node root_;
};

}  // namespace redshift
