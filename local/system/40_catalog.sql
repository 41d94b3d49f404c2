-- Redshift's catalog views. Columns as the developer guide lists them; the stand-in's own schemas stay hidden.
create function local.is_hidden(schema_name text) returns boolean language sql immutable parallel safe as
  $$ select schema_name in ('local', 'redshift_local_load', 'pg_toast') $$;

-- The default as Redshift's catalogs tell it; identity columns show "identity"(table, column, 'seed,step').
create function local.column_default(relation oid, number smallint, otherwise text) returns text
language sql stable as $$
  select case when a.attidentity = '' then otherwise
              else format(case a.attidentity when 'a' then '"identity"(%s, %s, ''%s''::text)' else 'default_identity(%s, %s, ''%s''::text)' end,
                          relation, number - 1, coalesce(l.identity, '1,1')) end
  from pg_catalog.pg_attribute a left join local.column_attributes l on l.relid = a.attrelid and l.attnum = a.attnum
  where a.attrelid = relation and a.attnum = number
$$;

create view pg_catalog.svv_columns as
  select table_catalog::text, table_schema::text, table_name::text, column_name::text, ordinal_position::integer,
    local.column_default(format('%I.%I', table_schema, table_name)::regclass, ordinal_position::smallint, column_default::text) as column_default,
    is_nullable::text, data_type::text, character_maximum_length::integer, numeric_precision::integer,
    numeric_precision_radix::integer, numeric_scale::integer, datetime_precision::integer, interval_type::text,
    null::text as interval_precision, character_set_catalog::text, character_set_schema::text, character_set_name::text,
    collation_catalog::text, collation_schema::text, collation_name::text, domain_name::text,
    col_description(format('%I.%I', table_schema, table_name)::regclass, ordinal_position)::text as remarks
  from information_schema.columns where not local.is_hidden(table_schema);

-- Without the rows that PostgreSQL makes up for NOT NULL.
do $$
begin
  execute 'create or replace view information_schema.table_constraints as ' ||
    split_part(pg_get_viewdef('information_schema.table_constraints'::regclass), 'UNION ALL', 1);
end $$;

create view pg_catalog.svv_tables as
  select table_catalog::text, table_schema::text, table_name::text, table_type::text,
    obj_description(format('%I.%I', table_schema, table_name)::regclass, 'pg_class')::text as remarks
  from information_schema.tables where not local.is_hidden(table_schema);

create view pg_catalog.svv_all_tables as
  select table_catalog as database_name, table_schema as schema_name, table_name, null::text as table_acl,
    case table_type when 'BASE TABLE' then 'TABLE' else table_type end as table_type, remarks
  from pg_catalog.svv_tables;
create view pg_catalog.svv_redshift_tables as
  select database_name, schema_name, table_name, table_type, table_acl, remarks from pg_catalog.svv_all_tables;
create view pg_catalog.svv_all_columns as
  select table_catalog as database_name, table_schema as schema_name, table_name, column_name, ordinal_position,
    column_default, is_nullable, data_type, character_maximum_length, numeric_precision, numeric_scale, remarks
  from pg_catalog.svv_columns;
create view pg_catalog.svv_redshift_columns as
  select c.database_name, c.schema_name, c.table_name, c.column_name, c.ordinal_position, c.data_type, c.column_default,
    c.is_nullable, null::text as encoding, false as distkey, 0 as sortkey, null::text as column_acl, c.remarks
  from pg_catalog.svv_all_columns c;
create view pg_catalog.svv_redshift_schemas as
  select current_database()::text as database_name, nspname::text as schema_name, nspowner::integer as schema_owner,
    'local'::text as schema_type, null::text as schema_acl, null::text as schema_option
  from pg_catalog.pg_namespace where not local.is_hidden(nspname) and nspname !~ '^pg_toast|^pg_temp';
create view pg_catalog.svv_all_schemas as
  select database_name, schema_name, schema_owner, schema_type, schema_acl, null::text as source_database, schema_option
  from pg_catalog.svv_redshift_schemas;
create view pg_catalog.svv_redshift_databases as
  select datname::text as database_name, datdba::integer as database_owner, 'local'::text as database_type,
    null::text as database_acl, null::text as database_options, 'Snapshot Isolation'::text as database_isolation_level
  from pg_catalog.pg_database where not datistemplate and datname <> 'postgres';
create view pg_catalog.svv_external_schemas as
  select null::integer as esoid, null::smallint as eskind, null::text as schemaname, null::integer as esowner,
    null::text as databasename, null::text as esoptions where false;
create view pg_catalog.svv_external_tables as
  select null::text as schemaname, null::text as tablename, null::text as tabletype, null::text as location where false;
create view pg_catalog.svv_external_columns as
  select null::text as schemaname, null::text as tablename, null::text as columnname, null::text as external_type,
    null::integer as columnnum, null::integer as part_key, null::text as is_nullable where false;
create view pg_catalog.stv_slices as select 0 as node, slice, slice as localslice, 'D'::text as type from generate_series(0, 1) slice;

create function local.encoding_of(relation oid, number smallint) returns text language sql stable as $$
  select coalesce(l.encoding, case
      when a.attnum = any (t.sort_keys) or c.relpersistence = 't' then 'none'
      when a.atttypid in ('int2'::regtype, 'int4'::regtype, 'int8'::regtype, 'numeric'::regtype, 'date'::regtype,
        'time'::regtype, 'timetz'::regtype, 'timestamp'::regtype, 'timestamptz'::regtype) then 'az64'
      when a.atttypid in ('bpchar'::regtype, 'varchar'::regtype) then 'lzo'
      else 'none' end)
  from pg_catalog.pg_attribute a join pg_catalog.pg_class c on c.oid = a.attrelid
    left join local.table_attributes t on t.relid = a.attrelid
    left join local.column_attributes l on l.relid = a.attrelid and l.attnum = a.attnum
  where a.attrelid = relation and a.attnum = number
$$;
create function local.encoding_type(relation oid, number smallint) returns integer language sql stable as
  $$ select coalesce(array_position(array['none', 'az64', 'lzo', 'zstd', 'bytedict', 'delta', 'delta32k', 'mostly8', 'mostly16', 'mostly32', 'runlength', 'text255', 'text32k', 'raw'], local.encoding_of(relation, number)), 1) - 1 $$;
create function pg_catalog.format_encoding(integer) returns text language sql immutable as
  $$ select (array['none', 'az64', 'lzo', 'zstd', 'bytedict', 'delta', 'delta32k', 'mostly8', 'mostly16', 'mostly32', 'runlength', 'text255', 'text32k', 'none'])[$1 + 1] $$;
create function local.is_dist_key(relation oid, number smallint) returns boolean language sql stable as
  $$ select coalesce((select dist_key = number from local.table_attributes where relid = relation), false) $$;
-- 0: no sort key; the positions of an interleaved key alternate in sign.
create function local.sort_key_position(relation oid, number smallint) returns integer language sql stable as $$
  select coalesce((select array_position(sort_keys, number) * case when interleaved and array_position(sort_keys, number) % 2 = 0 then -1 else 1 end
                   from local.table_attributes where relid = relation), 0)
$$;
create function local.dist_style(relation oid) returns smallint language sql stable as $$
  select coalesce((select case dist_style when 'even' then 0 when 'key' then 1 when 'all' then 8 else 9 end
                   from local.table_attributes where relid = relation), 0)::smallint
$$;

create view pg_catalog.pg_table_def as
  select n.nspname as schemaname, c.relname as tablename, a.attname as "column", format_type(a.atttypid, a.atttypmod) as type,
    local.encoding_of(c.oid, a.attnum)::varchar(32) as encoding, local.is_dist_key(c.oid, a.attnum) as distkey,
    local.sort_key_position(c.oid, a.attnum) as sortkey, a.attnotnull as "notnull"
  from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  where c.relkind = 'r' and n.nspname = any (current_schemas(true)) and not local.is_hidden(n.nspname);

create function local.row_count(relation oid) returns bigint language plpgsql stable as $$
declare
  rows bigint;
begin
  execute format('select count(*) from %s', relation::regclass) into rows;
  return rows;
end $$;
-- Tables without rows do not appear.
create view pg_catalog.svv_table_info as
  select current_database()::text as database, n.nspname::text as schema, c.oid::integer as table_id, c.relname::text as "table",
    'Y'::text as encoded, case coalesce(t.dist_style, 'auto')
      when 'key' then 'KEY(' || (select attname from pg_catalog.pg_attribute where attrelid = c.oid and attnum = t.dist_key) || ')'
      when 'auto' then 'AUTO(ALL)' else upper(t.dist_style) end as diststyle,
    (select attname::text from pg_catalog.pg_attribute where attrelid = c.oid and attnum = t.sort_keys[1]) as sortkey1,
    (select max(atttypmod - 4) from pg_catalog.pg_attribute where attrelid = c.oid and atttypid = 'varchar'::regtype) as max_varchar,
    cardinality(t.sort_keys) as sortkey_num, (pg_relation_size(c.oid) / 1048576)::bigint as size, 'N'::text as empty,
    r.rows::numeric(38, 0) as tbl_rows, r.rows::numeric(38, 0) as estimated_visible_rows
  from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    left join local.table_attributes t on t.relid = c.oid
    cross join lateral (select local.row_count(c.oid) as rows) r
  where c.relkind = 'r' and c.relpersistence = 'p' and n.nspname !~ '^pg_|^information_schema$' and not local.is_hidden(n.nspname) and r.rows > 0;

create view pg_catalog.pg_proc_info as
  select oid as prooid, proname, pronamespace, prokind, proargmodes, proargnames, proargtypes, prorettype from pg_catalog.pg_proc;
create function pg_catalog.pg_get_late_binding_view_cols() returns setof record language sql stable as
  $$ select ''::name, ''::name, ''::name, ''::varchar, 0 where false $$;

-- An index that stands for a key is over no row; nobody needs to see how that is done.
create function local.index_definition(oid) returns text language internal stable strict as 'pg_get_indexdef';
create function local.index_definition(oid, integer, boolean) returns text language internal stable strict as 'pg_get_indexdef_ext';
create or replace function pg_catalog.pg_get_indexdef(oid) returns text language sql stable strict as
  $$ select regexp_replace(local.index_definition($1), ' WHERE false$', '') $$;
create or replace function pg_catalog.pg_get_indexdef(oid, integer, boolean) returns text language sql stable strict as
  $$ select regexp_replace(local.index_definition($1, $2, $3), ' WHERE false$', '') $$;
