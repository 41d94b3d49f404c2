// JSONPaths: which part of an object goes into which column.
#pragma once

#include <arrow/result.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "local/copy/load_error.h"

namespace redshift_local {

/// `$['a'][0]['b']` or `$.a[0].b`; `$` is the whole object.
class JsonPath {
 public:
  /// XX000 `Invalid JSONPath format: ...` for another form: notations mixed, wildcards, filters.
  static arrow::Result<JsonPath> Make(std::string_view text);

  /// The value in a good object; nothing when a member on the way is absent or null. False: an error (1216),
  /// such as an index that an array does not have.
  bool Find(std::string_view object, std::optional<std::string_view>* value, FieldError* error) const;

 private:
  struct Step {
    /// Of an object; unless `index` is set.
    std::string key;
    std::optional<int64_t> index;
  };
  std::vector<Step> steps_;
};

/// The paths of a JSONPaths file: {"jsonpaths": ["$['id']", ...]}. Nothing for an object without that key,
/// which Redshift takes for 'auto'. XX000 for what is no such file.
arrow::Result<std::optional<std::vector<JsonPath>>> ParseJsonPaths(std::string_view file);

/// The value of the last member of that name (or the first, see unverified.h) in a good object.
std::optional<std::string_view> FindMember(std::string_view object, std::string_view name);

}  // namespace redshift_local
