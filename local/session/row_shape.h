// How the rows of one result are told to the client: values of types that Redshift prints in its own way.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace redshift_local {

/// Made from PostgreSQL's RowDescription; as it says, so the DataRows after it are rewritten.
class RowShape {
 public:
  RowShape() = default;
  /// `body` is that of a RowDescription. `restore` tells the name that a shortened one stands for.
  using NameRestorer = std::function<std::string(std::string_view)>;
  RowShape(std::string_view body, NameRestorer restore);

  /// The RowDescription as the client gets it.
  const std::string& description() const { return description_; }

  /// False: rows pass as they are.
  bool changes_rows() const { return changes_rows_; }
  /// The DataRow as the client gets it.
  std::string Row(std::string_view body) const;

 private:
  enum class Form : uint8_t { kAsIs, kSuper, kVarbyte, kName, kBinaryMonths, kBinaryMicroseconds };
  NameRestorer restore_;
  std::string description_;
  std::vector<Form> columns_;
  bool changes_rows_ = false;
};

}  // namespace redshift_local
