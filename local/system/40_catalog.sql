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

-- A type as Redshift spells it; with a modifier, as PG_TABLE_DEF tells it.
create function local.type_name(type oid, modifier integer) returns text language sql stable parallel safe as $$
  select case type when 'intervaly2m'::regtype then 'interval year to month'
                   when 'intervald2s'::regtype then 'interval day to second' || case when modifier & 65535 < 6 then format('(%s)', modifier & 65535) else '' end
                   else format_type(type, modifier) end
$$;

-- Tables and views that the session's user may know of.
create view local.relations as
  select c.oid as relid, current_database()::text as database_name, local.shown_name(n.nspname) as schema_name,
    local.shown_name(c.relname) as table_name, case when c.relkind in ('v', 'm') then 'VIEW' when n.oid = pg_my_temp_schema() then 'LOCAL TEMPORARY' else 'BASE TABLE' end as table_type,
    c.relkind, n.nspname, obj_description(c.oid, 'pg_class') as remarks
  from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  where c.relkind in ('r', 'v', 'm', 'f', 'p') and not local.is_hidden(n.nspname) and not pg_is_other_temp_schema(n.oid)
    and (pg_has_role(c.relowner, 'usage') or has_table_privilege(c.oid, 'select, insert, update, delete, truncate, references, trigger')
         or has_any_column_privilege(c.oid, 'select, insert, update, references'));

create view local.columns as
  select r.*, a.attnum::integer as ordinal_position, local.shown_name(a.attname) as column_name,
    local.column_default(r.relid, a.attnum, pg_get_expr(d.adbin, d.adrelid)) as column_default,
    case when a.attnotnull then 'NO' else 'YES' end as is_nullable, local.type_name(a.atttypid, null) as data_type,
    case when a.atttypid in ('varchar'::regtype, 'bpchar'::regtype, 'varbyte'::regtype) and a.atttypmod >= 4 then a.atttypmod - 4 end as character_maximum_length,
    information_schema._pg_numeric_precision(a.atttypid, a.atttypmod)::integer as numeric_precision,
    information_schema._pg_numeric_precision_radix(a.atttypid, a.atttypmod)::integer as numeric_precision_radix,
    information_schema._pg_numeric_scale(a.atttypid, a.atttypmod)::integer as numeric_scale,
    case when a.atttypid = 'intervald2s'::regtype then a.atttypmod & 65535 else information_schema._pg_datetime_precision(a.atttypid, a.atttypmod) end::integer as datetime_precision,
    case a.atttypid when 'intervaly2m'::regtype then 'YEAR TO MONTH' when 'intervald2s'::regtype then 'DAY TO SECOND' end as interval_type,
    case when a.attcollation = (select oid from pg_catalog.pg_collation where collname = 'case_insensitive' and collnamespace = 'pg_catalog'::regnamespace) then 'case_insensitive'
         when a.atttypid in ('varchar'::regtype, 'bpchar'::regtype) then 'case_sensitive' end as column_collation,
    t.typname::text as type, col_description(r.relid, a.attnum) as column_remarks
  from local.relations r join pg_catalog.pg_attribute a on a.attrelid = r.relid and a.attnum > 0 and not a.attisdropped
    join pg_catalog.pg_type t on t.oid = a.atttypid
    left join pg_catalog.pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum;

-- The leader node's views tell the INTERVAL types by their internal names.
create view pg_catalog.svv_columns as
  select database_name as table_catalog, schema_name as table_schema, table_name, column_name, ordinal_position, column_default,
    is_nullable, case when type like 'interval_2_' then type else data_type end as data_type,
    character_maximum_length, numeric_precision, numeric_precision_radix, numeric_scale, datetime_precision, interval_type,
    null::text as interval_precision, null::text as character_set_catalog, null::text as character_set_schema, null::text as character_set_name,
    null::text as collation_catalog, null::text as collation_schema, nullif(column_collation, 'case_sensitive') as collation_name, null::text as domain_name,
    column_remarks as remarks
  from local.columns;

-- The views of the standard, over the same.
alter view information_schema.columns rename to columns_of_the_back_end;
create view information_schema.columns as
  select table_catalog, table_schema, table_name, column_name, ordinal_position, column_default, is_nullable, data_type,
    character_maximum_length, character_maximum_length as character_octet_length, numeric_precision, numeric_precision_radix, numeric_scale, datetime_precision,
    interval_type, interval_precision, character_set_catalog, character_set_schema, character_set_name, collation_catalog,
    collation_schema, collation_name, null::text as domain_catalog, null::text as domain_schema, domain_name
  from pg_catalog.svv_columns;
alter view information_schema.tables rename to tables_of_the_back_end;
create view information_schema.tables as
  select database_name as table_catalog, schema_name as table_schema, table_name, table_type, null::text as self_referencing_column_name, null::text as reference_generation
  from local.relations;
alter view information_schema.schemata rename to schemata_of_the_back_end;
create view information_schema.schemata as
  select current_database()::text as catalog_name, local.shown_name(nspname) as schema_name, pg_get_userbyid(nspowner)::text as schema_owner
  from pg_catalog.pg_namespace
  where not local.is_hidden(nspname) and nspname !~ '^pg_(toast|temp)' and (pg_has_role(nspowner, 'usage') or has_schema_privilege(oid, 'create, usage'));
alter view information_schema.table_constraints rename to table_constraints_of_the_back_end;
create view information_schema.table_constraints as
  select database_name as constraint_catalog, schema_name as constraint_schema, local.shown_name(c.conname) as constraint_name,
    database_name as table_catalog, schema_name as table_schema, table_name,
    case c.contype when 'p' then 'PRIMARY KEY' when 'u' then 'UNIQUE' else 'FOREIGN KEY' end as constraint_type,
    'NO'::text as is_deferrable, 'NO'::text as initially_deferred
  from local.relations r join pg_catalog.pg_constraint c on c.conrelid = r.relid and c.contype in ('p', 'u', 'f');
alter view information_schema.key_column_usage rename to key_column_usage_of_the_back_end;
create view information_schema.key_column_usage as
  select database_name as constraint_catalog, schema_name as constraint_schema, local.shown_name(c.conname) as constraint_name,
    database_name as table_catalog, schema_name as table_schema, table_name, local.shown_name(a.attname) as column_name,
    k.ordinality::integer as ordinal_position,
    case when c.contype = 'f' then array_position((select o.conkey from pg_catalog.pg_constraint o where o.conindid = c.conindid and o.contype in ('p', 'u') limit 1), c.confkey[k.ordinality]) end as position_in_unique_constraint
  from local.relations r join pg_catalog.pg_constraint c on c.conrelid = r.relid and c.contype in ('p', 'u', 'f')
    cross join lateral unnest(c.conkey) with ordinality k(attnum, ordinality)
    join pg_catalog.pg_attribute a on a.attrelid = c.conrelid and a.attnum = k.attnum;
grant select on information_schema.columns, information_schema.tables, information_schema.schemata, information_schema.table_constraints,
  information_schema.key_column_usage, local.relations, local.columns to public;

create view pg_catalog.svv_tables as
  select database_name as table_catalog, schema_name as table_schema, table_name, table_type, remarks from local.relations;

create view pg_catalog.svv_all_tables as
  select table_catalog as database_name, table_schema as schema_name, table_name, null::text as table_acl,
    case table_type when 'BASE TABLE' then 'TABLE' else table_type end as table_type, remarks
  from pg_catalog.svv_tables;
create view pg_catalog.svv_redshift_tables as
  select database_name, schema_name, table_name, table_type, table_acl, remarks from pg_catalog.svv_all_tables;
create view pg_catalog.svv_all_columns as
  select database_name, schema_name, table_name, column_name, ordinal_position, column_default, is_nullable, data_type,
    character_maximum_length, numeric_precision, numeric_scale, column_remarks as remarks
  from local.columns;
create view pg_catalog.svv_redshift_schemas as
  select current_database()::text as database_name, local.shown_name(nspname) as schema_name, nspowner::integer as schema_owner,
    'local'::text as schema_type, null::text as schema_acl, null::text as schema_option
  from pg_catalog.pg_namespace where not local.is_hidden(nspname) and nspname !~ '^pg_toast|^pg_temp';
create view pg_catalog.svv_all_schemas as
  select database_name, schema_name, schema_owner, schema_type, schema_acl, null::text as source_database, schema_option
  from pg_catalog.svv_redshift_schemas;
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
      when a.atttypid in ('bpchar'::regtype, 'varchar'::regtype, 'varbyte'::regtype) then 'lzo'
      when a.atttypid = 'super'::regtype then 'zstd'
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

create view pg_catalog.svv_redshift_columns as
  select database_name, schema_name, table_name, column_name, ordinal_position, data_type, column_default, is_nullable,
    local.encoding_of(relid, ordinal_position::smallint) as encoding, local.is_dist_key(relid, ordinal_position::smallint) as distkey,
    local.sort_key_position(relid, ordinal_position::smallint) as sortkey, null::text as column_acl, column_remarks as remarks
  from local.columns where relkind in ('r', 'p');

-- SHOW COLUMNS and SHOW TABLES.
create view local.shown_columns as
  select c.database_name, c.schema_name, c.table_name, c.column_name, c.ordinal_position, c.column_default, c.is_nullable, c.data_type,
    c.character_maximum_length, c.numeric_precision, c.numeric_scale, c.column_remarks as remarks,
    case when local.sort_key_position(c.relid, c.ordinal_position::smallint) <> 0 then case when t.interleaved then 'INTERLEAVED' else 'COMPOUND' end end as sort_key_type,
    abs(local.sort_key_position(c.relid, c.ordinal_position::smallint)) as sort_key,
    local.is_dist_key(c.relid, c.ordinal_position::smallint)::integer as dist_key,
    local.encoding_of(c.relid, c.ordinal_position::smallint) as encoding, c.column_collation as "collation"
  from local.columns c left join local.table_attributes t on t.relid = c.relid;
create view local.shown_tables as
  select r.database_name, r.schema_name, r.table_name, case r.table_type when 'VIEW' then 'VIEW' else 'TABLE' end as table_type, null::text as table_acl, r.remarks,
    pg_get_userbyid(c.relowner)::text as owner, null::timestamp as last_altered_time, null::timestamp as last_modified_time,
    case when c.relkind = 'r' then upper(coalesce(t.dist_style, 'auto')) end as dist_style, 'REGULAR'::text as table_subtype
  from local.relations r join pg_catalog.pg_class c on c.oid = r.relid left join local.table_attributes t on t.relid = r.relid;
grant select on local.shown_columns, local.shown_tables to public;

create view pg_catalog.pg_table_def as
  select local.shown_name(n.nspname) as schemaname, local.shown_name(c.relname) as tablename, local.shown_name(a.attname) as "column",
    local.type_name(a.atttypid, a.atttypmod) as type,
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
  select current_database()::text as database, local.shown_name(n.nspname) as schema, c.oid::integer as table_id, local.shown_name(c.relname) as "table",
    'Y'::text as encoded, case coalesce(t.dist_style, 'auto')
      when 'key' then 'KEY(' || (select local.shown_name(attname) from pg_catalog.pg_attribute where attrelid = c.oid and attnum = t.dist_key) || ')'
      when 'auto' then 'AUTO(ALL)' else upper(t.dist_style) end as diststyle,
    coalesce((select local.shown_name(attname) from pg_catalog.pg_attribute where attrelid = c.oid and attnum = t.sort_keys[1]), 'AUTO(SORTKEY)') as sortkey1,
    (select max(atttypmod - 4) from pg_catalog.pg_attribute where attrelid = c.oid and atttypid = 'varchar'::regtype) as max_varchar,
    local.encoding_of(c.oid, t.sort_keys[1]) as sortkey1_enc, cardinality(t.sort_keys) as sortkey_num,
    (pg_relation_size(c.oid) / 1048576)::bigint as size, 0::numeric(10, 4) as pct_used, 'N'::text as empty, 0::numeric(5, 2) as unsorted,
    0::numeric(5, 2) as stats_off, r.rows::numeric(38, 0) as tbl_rows, null::numeric(19, 2) as skew_sortkey1, null::numeric(19, 2) as skew_rows,
    r.rows::numeric(38, 0) as estimated_visible_rows, null::text as risk_event, null::numeric(12, 2) as vacuum_sort_benefit, null::timestamp as create_time
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
