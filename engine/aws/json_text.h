// Answers of AWS that are JSON.
#pragma once

#include <initializer_list>
#include <nlohmann/json_fwd.hpp>
#include <string>

namespace redshift {

/// The first of the named members that is a text; empty when there is none, or `object` is no object.
std::string JsonText(const nlohmann::json& object, std::initializer_list<const char*> names);

}  // namespace redshift
