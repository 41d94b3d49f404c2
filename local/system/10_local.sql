-- Schema `local`: what the stand-in itself needs. Redshift has nothing of this.
create schema local;
grant usage on schema local to public;
-- Everybody may make tables in schema public, as on Redshift.
grant create on schema public to public;

-- Raises an error in the words and with the SQLSTATE of Redshift, so that a transaction block fails with it.
create function local.refuse(sqlstate text, message text, detail text default '', hint text default '')
returns void language plpgsql as $$
begin
  raise exception using errcode = sqlstate, message = message, detail = detail, hint = hint;
end $$;

-- One writer per table: the caller's transaction takes its snapshot, then waits until earlier writers are done.
create function local.write_lock(target regclass)
returns void language plpgsql security definer as $$
begin
  if exists (select from pg_catalog.pg_class
             where oid = target and relkind = 'r' and relpersistence <> 't' and relnamespace <> 'pg_catalog'::regnamespace) then
    perform pg_catalog.pg_advisory_xact_lock(target::oid::bigint);
    -- For the proxy, which names the transaction in a conflict.
    raise info using errcode = 'LF002', message =
      json_build_object('table', target::oid::bigint, 'transaction', pg_catalog.pg_current_xact_id()::text::bigint)::text;
  end if;
end $$;

-- MERGE: two tables, neither of them a view.
create function local.check_merge(target regclass, source regclass) returns void language plpgsql as $$
begin
  if source = target then
    raise exception using errcode = '0A000', message = 'MERGE: source and target must be different tables';
  end if;
  if exists (select from pg_catalog.pg_class where oid in (source, target) and relkind <> 'r') then
    raise exception using errcode = '0A000', message = 'MERGE: source and target must be tables',
      hint = 'A view as the source is not supported yet by redshift-local.';
  end if;
end $$;

-- Keeps what PostgreSQL cannot store, a user's password as SHA-256: digest|salt or the password itself. NULL forgets it.
create function local.keep_digest(user_name text, given text) returns void language plpgsql security definer as $$
declare
  digest text := lower(split_part(given, '|', 1));
  salt text := lower(split_part(given, '|', 2));
begin
  if session_user <> user_name and not (select rolsuper or rolcreaterole from pg_roles where rolname = session_user) then
    raise exception using errcode = '42501', message = 'permission denied';
  end if;
  if given is null then
    execute format('alter role %I reset redshift.digest', user_name);
    return;
  end if;
  if given !~* '^[0-9a-f]{64}\|([0-9a-f]{2})+$' then
    salt := replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', '');
    digest := encode(sha256(convert_to(given, 'UTF8') || decode(salt, 'hex')), 'hex');
  end if;
  execute format('alter role %I set redshift.digest to %L', user_name, digest || '|' || salt);
end $$;

-- Arms a fault. The proxy reads the notice; it never reaches the client. docs/redshift-local.md describes the faults.
create function local.fault(fault text, times integer default 1, pattern text default null,
                            probability double precision default 1, delay_ms integer default 1000)
returns text language plpgsql as $$
declare
  known text[] := array[
    'cut-at-login', 'too-many-connections', 'silence-at-login', 'expire-credentials', 'snapshot-at-begin',
    'serializable-violation', 'conflict', 'deadlock', 'disk-full', 'read-only', 'statement-timeout', 'shutdown', 'slow', 'silence',
    'copy-access-denied', 'copy-expired-token', 'copy-slow-down', 'copy-missing-file', 'cut-during-copy',
    'cut-before-commit', 'cut-after-commit', 'api-throttle', 'api-error'];
begin
  if fault is null or fault <> all (known) then
    raise exception using errcode = '22023', message = format('unknown fault "%s"', fault),
      hint = format('The faults are %s.', array_to_string(known, ', '));
  end if;
  if times is null or times < 1 then
    raise exception using errcode = '22023', message = 'a fault must be armed for at least one time';
  end if;
  if probability is null or not (probability > 0 and probability <= 1) then
    raise exception using errcode = '22023', message = 'the probability of a fault must be above 0 and at most 1';
  end if;
  if delay_ms is null or delay_ms < 0 then
    raise exception using errcode = '22023', message = 'the delay of a fault is a number of milliseconds';
  end if;
  raise info using errcode = 'LF001', message = json_build_object(
    'fault', fault, 'times', times, 'pattern', pattern, 'probability', probability, 'delay_ms', delay_ms)::text;
  return 'armed';
end $$;

-- The proxy writes the state when a statement asks for it.
create unlogged table local.fault_state (
  id integer primary key, fault text not null, pattern text, probability double precision not null, remaining integer not null,
  asked integer not null, fired integer not null);
create view local.faults as select fault, pattern, probability, remaining, asked, fired from local.fault_state order by id;
grant select on local.faults to public;

-- Ends all faults that still wait for their moment, and tells how many of them have never fired.
create function local.clear_faults() returns integer language plpgsql security definer as $$
begin
  raise info using errcode = 'LF003', message = 'clear';
  return (select count(*) from local.fault_state where remaining > 0 and fired = 0);
end $$;

-- What the proxy knows of the session, set just before a statement that asks for it.
create function local.session_number(setting text, otherwise bigint) returns bigint language sql stable as
  $$ select coalesce(nullif(current_setting('local.' || setting, true), '')::bigint, otherwise) $$;
create function pg_catalog.pg_last_copy_count() returns bigint language sql stable as
  $$ select local.session_number('last_copy_count', 0) $$;
create function pg_catalog.pg_last_copy_id() returns integer language sql stable as
  $$ select local.session_number('last_copy_id', -1)::integer $$;
create function pg_catalog.pg_last_query_id() returns integer language sql stable as
  $$ select local.session_number('last_query_id', -1)::integer $$;
create function pg_catalog.pg_last_unload_count() returns bigint language sql stable as $$ select 0::bigint $$;
create function pg_catalog.pg_last_unload_id() returns integer language sql stable as $$ select -1 $$;

create or replace function pg_catalog.version() returns text language sql stable parallel safe as
  $$ select 'PostgreSQL 8.0.2 on i686-pc-linux-gnu, compiled by GCC gcc (GCC) 3.4.2 20041017 (Red Hat 3.4.2-6.fc3), Redshift 1.0.100000'::text $$;
create function pg_catalog.getdate() returns timestamp without time zone language sql stable as
  $$ select date_trunc('second', statement_timestamp() at time zone 'UTC') $$;
create function pg_catalog.sysdate() returns timestamp without time zone language sql stable as
  $$ select transaction_timestamp() at time zone 'UTC' $$;
create function pg_catalog.len(text) returns integer language internal immutable strict parallel safe as 'textlen';
create function pg_catalog.len(bpchar) returns integer language internal immutable strict parallel safe as 'bpcharlen';
