#pragma once

#include <string>
#include <vector>

#include "engine/option/options.h"

namespace redshift {

/// The rules between the options that say where the warehouse is and how to log in: user and password,
/// temporary credentials (`iam.*`) or a secret. Appends what is wrong, a sentence each.
void CheckLoginOptions(const Options& options, std::vector<std::string>* errors);

}  // namespace redshift
