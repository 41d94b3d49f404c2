// The tables and views in which loads and their errors are recorded: STL_LOAD_ERRORS, STL_LOADERROR_DETAIL,
// STL_LOAD_COMMITS, STL_REPLACEMENTS, SYS_LOAD_ERROR_DETAIL, SYS_LOAD_HISTORY, SYS_LOAD_DETAIL.
#pragma once

#include <string>
#include <string_view>

namespace redshift_local {

/// SQL that makes them once per database: storage tables in schema `redshift_local_load` (made here too),
/// the views in `view_schema` (which must exist and be on every search path; may be pg_catalog). To be run by
/// the superuser that ExecuteApart uses. Views show rows of the current user only, all rows to superusers.
std::string LoadTablesDdl(std::string_view view_schema);

}  // namespace redshift_local
