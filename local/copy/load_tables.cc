#include "local/copy/load_tables.h"

namespace redshift_local {
namespace {

constexpr std::string_view kStorage = R"sql(
create schema if not exists redshift_local_load;

create table if not exists redshift_local_load.load_error (
  userid int, slice int, tbl int, starttime timestamp, session int, query int, filename char(256),
  line_number bigint, colname char(127), type char(10), col_length char(10), position int,
  raw_line char(1024), raw_field_value char(1024), err_code int, err_reason char(100), is_partial int,
  start_offset bigint, copy_job_id bigint,
  -- for the SYS view
  transaction_id bigint, database_name char(64), error_message char(512));

create table if not exists redshift_local_load.load_error_field (
  userid int, slice int, session int, query int, filename char(256), line_number bigint, field int,
  colname char(1024), value char(1024), is_null int, type char(10), col_length char(10));

create table if not exists redshift_local_load.load_replacement (
  userid int, query int, slice int, tbl int, starttime timestamp, session int, filename char(256),
  line_number bigint, colname char(127), raw_line char(1024));

create table if not exists redshift_local_load.load_file (
  userid int, query int, slice int, name char(256), filename char(256), byte_offset int, lines_scanned int,
  errors int, curtime timestamp, status int, file_format char(16), is_partial int, start_offset bigint,
  -- for the SYS view
  transaction_id bigint, session int, database_name char(64), file_bytes bigint);

create table if not exists redshift_local_load.load_history (
  user_id int, query_id bigint, transaction_id bigint, session_id int, database_name text, status text,
  table_name text, start_time timestamp, end_time timestamp, duration bigint, data_source text, file_format text,
  loaded_rows bigint, loaded_bytes bigint, source_file_count int, source_file_bytes bigint,
  file_count_scanned int, file_bytes_scanned bigint, error_count bigint, copy_job_id bigint);
create index if not exists load_history_query on redshift_local_load.load_history (query_id);
)sql";

struct View {
  std::string_view name;
  std::string_view query;
  std::string_view user_column;
};

constexpr View kViews[] = {
    {"stl_load_errors",
     "select userid, slice, tbl, starttime, session, query, filename, line_number, colname, type, "
     "col_length, "
     "position, raw_line, raw_field_value, err_code, err_reason, is_partial, start_offset, copy_job_id "
     "from redshift_local_load.load_error",
     "userid"},
    {"stl_loaderror_detail",
     "select userid, slice, session, query, filename, line_number, field, colname, value, is_null, type, "
     "col_length from redshift_local_load.load_error_field",
     "userid"},
    {"stl_load_commits",
     "select userid, query, slice, name, filename, byte_offset, lines_scanned, errors, curtime, status, "
     "file_format, is_partial, start_offset from redshift_local_load.load_file",
     "userid"},
    {"stl_replacements",
     "select userid, query, slice, tbl, starttime, session, filename, line_number, colname, raw_line "
     "from redshift_local_load.load_replacement",
     "userid"},
    {"sys_load_error_detail",
     "select userid as user_id, query::bigint as query_id, transaction_id, session as session_id, "
     "database_name, "
     "tbl as table_id, starttime as start_time, filename as file_name, line_number, colname as column_name, "
     "type as column_type, col_length as column_length, position, err_code as error_code, error_message "
     "from redshift_local_load.load_error",
     "userid"},
    {"sys_load_history",
     "select user_id, query_id, transaction_id, session_id, database_name, status, table_name, start_time, "
     "end_time, duration, data_source, file_format, loaded_rows, loaded_bytes, source_file_count, "
     "source_file_bytes, file_count_scanned, file_bytes_scanned, error_count, copy_job_id "
     "from redshift_local_load.load_history",
     "user_id"},
    {"sys_load_detail",
     "select userid as user_id, query::bigint as query_id, transaction_id, session as session_id, "
     "database_name, "
     "filename as file_name, curtime as record_time, file_bytes as file_size, lines_scanned "
     "from redshift_local_load.load_file",
     "userid"},
};

}  // namespace

std::string LoadTablesDdl(std::string_view view_schema) {
  std::string sql(kStorage);
  for (const auto& view : kViews) {
    const auto name = std::string(view_schema) + "." + std::string(view.name);
    sql += "create or replace view " + name + " as " + std::string(view.query);
    sql += " where " + std::string(view.user_column) +
           " = (select usesysid::int from pg_catalog.pg_user where usename = current_user)"
           " or (select usesuper from pg_catalog.pg_user where usename = current_user);\n";
    sql += "grant select on " + name + " to public;\n";
  }
  return sql;
}

}  // namespace redshift_local
