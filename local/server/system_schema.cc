#include "local/server/system_schema.h"

#include <fmt/format.h>

#include "local/copy/load_tables.h"
#include "local/session/password.h"
#include "local/sql/lexer.h"

namespace redshift_local {

void PrepareCluster(Backend* admin, bool is_new, const std::string& user, const std::string& password,
                    const std::string& database) {
  if (is_new) {
    admin->Query("begin; set local allow_system_table_mods = on; set local client_min_messages = warning;" +
                 SystemSql() + ";commit");
    admin->Query("set allow_system_table_mods = on");
    admin->Query(LoadTablesDdl("pg_catalog"));
    admin->Query("reset allow_system_table_mods");
  }
  admin->Query("set password_encryption = 'md5'");
  const std::string role = QuoteIdentifier(user);
  const bool has_role = !admin->Query("select 1 from pg_roles where rolname = " + QuoteLiteral(user)).empty();
  admin->Query(fmt::format("{} role {} superuser createdb createrole login password {}",
                           has_role ? "alter" : "create", role, QuoteLiteral(password)));
  if (admin->Query("select 1 from pg_database where datname = " + QuoteLiteral(database)).empty()) {
    admin->Query(fmt::format("create database {} owner {}", QuoteIdentifier(database), role));
  }
}

std::string SystemFingerprint() {
  return Sha256Hex(SystemSql() + LoadTablesDdl("pg_catalog"));
}

}  // namespace redshift_local
