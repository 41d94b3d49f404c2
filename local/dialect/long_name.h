// Names of up to 127 bytes on a back end that keeps 63: a longer one is stored under a short name made from
// it.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace redshift_local {

/// What Redshift makes of a name: cut to 127 bytes, never inside a character.
std::string CutName(std::string_view name);

/// The name that the back end keeps. The same name always gives the same one; up to 63 bytes it is the name
/// itself.
std::string BackendName(std::string_view name);

/// True for what BackendName makes of long names.
bool IsShortened(std::string_view name);

/// Replaces each shortened name in `text` by what `restore` says.
void RestoreNames(std::string* text, const std::function<std::string(std::string_view)>& restore);

/// A name as SQL inside a string, such as '"schema"."table"', with its parts as the back end keeps them.
std::string BackendNamesIn(std::string_view qualified_name);

}  // namespace redshift_local
