// Answers of AWS that are XML.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

namespace redshift {

/// The text of the first element at `path`, which begins with the root element: {"AssumeRoleResponse",
/// "AssumeRoleResult", "Credentials", "SecretAccessKey"}. "*" stands for any name. Name prefixes and
/// attributes are passed over, entities and CDATA are decoded. No value when there is no such element or what
/// stands before it is not well-formed.
std::optional<std::string> XmlText(std::string_view xml, std::initializer_list<std::string_view> path);

}  // namespace redshift
