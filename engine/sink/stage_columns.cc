#include "engine/sink/stage_columns.h"

#include <set>
#include <string_view>

#include "engine/type/table_schema.h"

namespace redshift {
namespace {

std::string FreeName(std::string_view wanted, const std::set<std::string>& taken) {
  std::string name(wanted);
  for (int number = 1; taken.contains(name); ++number) {
    name = std::string(wanted) + "_" + std::to_string(number);
  }
  return name;
}

}  // namespace

StageColumns StageColumns::For(const std::vector<std::string>& declared) {
  std::set<std::string> taken;
  for (const std::string& name : declared) taken.insert(FoldName(name));
  return {FreeName("_op", taken), FreeName("_seq", taken), FreeName("_subtask", taken)};
}

}  // namespace redshift
