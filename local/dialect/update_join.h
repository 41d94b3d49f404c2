// UPDATE ... FROM: how Redshift wants the target joined.
#pragma once

#include <nlohmann/json.hpp>

#include "local/dialect/rewriter.h"
#include "local/dialect/statement.h"

namespace redshift_local {

/// `update` is an UpdateStmt of PostgreSQL's parser. Refuses one whose FROM joins the target by an outer
/// join, or whose WHERE has no equality between the target and another table. Throws Refusal.
void RefuseUpdateWithoutEquijoin(const nlohmann::json& update);

/// error_on_nondeterministic_update: adds a step that fails when several rows would update one.
void CheckForSeveralMatches(const Rewriter& sql, Statement* statement);

}  // namespace redshift_local
