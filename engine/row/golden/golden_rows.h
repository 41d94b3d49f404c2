#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/type/table_schema.h"

namespace redshift {

/// What Flink was given for one field: the number that an Arrow column must hold (of text and bytes: they in
/// hex; of floats: their bits; of nested values: their JSON in hex), and the text that must stand in CSV (of
/// text and nested values: its bytes in hex; of floats: Java's spelling).
struct GoldenValue {
  std::string raw;
  std::string text;
};

/// One table with its rows, serialized by Flink (engine/row/golden/GenerateGolden.java).
struct GoldenCase {
  std::string name;
  TableSchema schema;  // columns are named c0, c1, ...
  std::vector<uint8_t> frames;
  std::vector<std::vector<std::optional<GoldenValue>>> rows;
  std::vector<std::string> kinds;  // "+I" and so on, of a table with a key; otherwise empty

  int64_t row_count() const { return static_cast<int64_t>(rows.size()); }
};

/// One type as Flink writes it.
struct GoldenType {
  std::string text;
  std::string root;  // Flink's LogicalTypeRoot
  bool nullable;
};

/// Tests run in the repository's root, where the files are found.
std::vector<GoldenCase> ReadGoldenCases();
std::vector<GoldenType> ReadGoldenTypes();
GoldenCase ReadGoldenCase(const std::string& name);

/// The bytes that hexadecimal digits stand for.
std::string FromHex(const std::string& hex);

}  // namespace redshift
