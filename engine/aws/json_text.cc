#include "engine/aws/json_text.h"

#include <nlohmann/json.hpp>

namespace redshift {

std::string JsonText(const nlohmann::json& object, std::initializer_list<const char*> names) {
  for (const char* name : names) {
    const auto found = object.find(name);
    if (found != object.end() && found->is_string()) return found->get<std::string>();
  }
  return "";
}

}  // namespace redshift
