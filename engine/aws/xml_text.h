// Answers of AWS that are XML.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace redshift {

/// The text of the first element at `path`, which begins with the root element: {"AssumeRoleResponse",
/// "AssumeRoleResult", "Credentials", "SecretAccessKey"}. "*" stands for any name. Name prefixes and
/// attributes are passed over, entities and CDATA are decoded. No value when there is no such element or what
/// stands before it is not well-formed.
std::optional<std::string> XmlText(std::string_view xml, std::initializer_list<std::string_view> path);

/// What stands in each of the elements at `path`, in their order; views into `xml`. Ends at what is not
/// well-formed.
std::vector<std::string_view> XmlElements(std::string_view xml, std::initializer_list<std::string_view> path);

/// Appends `text` as character data. It must have no control characters, which XML 1.0 cannot say.
void AppendXmlText(std::string_view text, std::string* xml);

}  // namespace redshift
