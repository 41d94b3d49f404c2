// What keeps redshift-local from starting or running: one readable line for the user.
#pragma once

#include <stdexcept>

namespace redshift_local {

/// The message names the object, what was tried and what to do next.
struct ProgramError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

}  // namespace redshift_local
