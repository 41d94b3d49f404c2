-- Isolation levels belong to databases: PostgreSQL keeps each one's as its default_transaction_isolation. One that was
-- never given a level has that of the command line.
create function local.isolation_of(db oid) returns text language sql stable as $$
  select coalesce(
    (select case substr(setting, strpos(setting, '=') + 1) when 'serializable' then 'Serializable' else 'Snapshot Isolation' end
     from pg_catalog.pg_db_role_setting, unnest(setconfig) setting
     where setdatabase = db and setrole = 0 and starts_with(setting, 'default_transaction_isolation=')),
    case current_setting('local.isolation') when 'serializable' then 'Serializable' else 'Snapshot Isolation' end)
$$;

-- ALTER DATABASE ... ISOLATION LEVEL; the session that says it gets the level too.
create function local.set_isolation(db text, level text) returns void language plpgsql as $$
begin
  if db = 'dev' then
    raise exception using errcode = '0A000', message = 'the isolation level of database "dev" cannot be changed';
  end if;
  if exists (select from pg_catalog.pg_stat_activity
             where datname = db and pid <> pg_backend_pid() and backend_type = 'client backend' and usename <> 'rdsdb') then
    raise exception using errcode = '55006', message = format('database "%s" is being accessed by other users', db);
  end if;
  execute format('alter database %I set default_transaction_isolation = %L', db, level);
  if db = current_database() then
    perform set_config('default_transaction_isolation', level, false);
  end if;
end $$;

create view pg_catalog.stv_db_isolation_level as
  select rpad(datname, 128)::bpchar as db_name, rpad(local.isolation_of(oid), 20)::bpchar as isolation_level
  from pg_catalog.pg_database where not datistemplate and datname <> 'postgres';
create view pg_catalog.svv_redshift_databases as
  select datname::text as database_name, datdba::integer as database_owner, 'local'::text as database_type,
    null::text as database_acl, null::text as database_options, local.isolation_of(oid) as database_isolation_level
  from pg_catalog.pg_database where not datistemplate and datname <> 'postgres';

-- Transactions that a conflict rolled back. The proxy writes it.
create unlogged table local.transaction_conflicts (
  xact_id bigint, process_id bigint, xact_start_ts timestamp, abort_time timestamp, table_id bigint);
create view pg_catalog.stl_tr_conflict as
  select xact_id, process_id, xact_start_ts, abort_time, table_id from local.transaction_conflicts
  where (select rolsuper from pg_catalog.pg_roles where rolname = current_user);
