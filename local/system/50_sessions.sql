-- Sessions, locks and the history of statements.
create unlogged table local.query_log (
  query bigint, pid integer, user_name text, database text, label text, text text, started timestamp, ended timestamp,
  aborted integer);
create index on local.query_log (pid, started);
create unlogged table local.connection_log (
  pid integer, user_name text, database text, application_name text, driver_version text, os_version text,
  recorded timestamp, tls text);

create function local.sees(user_name text) returns boolean language sql stable as $$
  select user_name = current_user or (select rolsuper from pg_catalog.pg_roles where rolname = current_user)
$$;
create function local.user_id(user_name text) returns integer language sql stable as
  $$ select oid::integer from pg_catalog.pg_roles where rolname = user_name $$;

create view pg_catalog.stv_sessions as
  select (backend_start at time zone 'UTC')::timestamp as starttime, pid as process, rpad(usename, 50)::bpchar as user_name,
    rpad(datname, 50)::bpchar as db_name, 0 as timeout_sec
  from pg_catalog.pg_stat_activity where backend_type = 'client backend' and usename <> 'rdsdb' and local.sees(usename);

create view pg_catalog.svv_transactions as
  select a.usename::text as txn_owner, a.datname::text as txn_db,
    coalesce(l.transactionid, a.backend_xid)::text::bigint as xid, l.pid,
    (a.xact_start at time zone 'UTC')::timestamp as txn_start, l.mode as lock_mode, l.locktype as lockable_object_type,
    l.relation::bigint::integer as relation, l.granted
  from pg_catalog.pg_locks l join pg_catalog.pg_stat_activity a on a.pid = l.pid
  where l.locktype in ('relation', 'transactionid') and a.usename <> 'rdsdb' and local.sees(a.usename)
    and (l.relation is null or l.relation >= 16384 and exists (
      select from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
      where c.oid = l.relation and c.relkind = 'r' and not local.is_hidden(n.nspname)));

create view pg_catalog.stv_locks as
  select relation::bigint as table_id, null::timestamp as last_commit, txn_start as last_update, xid as lock_owner,
    pid::bigint as lock_owner_pid, txn_start as lock_owner_start_ts, null::timestamp as lock_owner_end_ts,
    rpad(case when granted then 'Holding write lock' else 'Waiting for write lock' end, 22)::bpchar as lock_status
  from pg_catalog.svv_transactions
  where lockable_object_type = 'relation' and lock_mode in ('ShareRowExclusiveLock', 'AccessExclusiveLock');

create view pg_catalog.stl_query as
  select local.user_id(user_name) as userid, query::integer as query, rpad(label, 320)::bpchar as label, 0::bigint as xid, pid,
    rpad(database, 32)::bpchar as database, text as querytxt, started as starttime, ended as endtime, aborted,
    0 as insert_pristine, 0 as concurrency_scaling_status
  from local.query_log where local.sees(user_name);
create view pg_catalog.svl_qlog as
  select userid, query, xid, pid, starttime, endtime, extract(epoch from endtime - starttime)::bigint * 1000000 as elapsed,
    aborted, label, left(querytxt, 60)::bpchar as substring, null::integer as source_query
  from pg_catalog.stl_query;
create view pg_catalog.stl_querytext as
  select userid, xid, pid, query, sequence - 1 as sequence, substr(querytxt, (sequence - 1) * 200 + 1, 200) as text
  from pg_catalog.stl_query cross join lateral generate_series(1, (length(querytxt) + 199) / 200) sequence;
create view pg_catalog.sys_query_history as
  select userid as user_id, query::bigint as query_id, trim(label) as query_label, xid as transaction_id, pid as session_id,
    trim(database) as database_name, upper(substring(querytxt from '\w+')) as query_type,
    case aborted when 0 then 'success' else 'failed' end as status, starttime as start_time, endtime as end_time,
    (extract(epoch from endtime - starttime) * 1000000)::bigint as elapsed_time, querytxt as query_text
  from pg_catalog.stl_query;
create view pg_catalog.stv_inflight as
  select local.user_id(usename) as userid, 0 as slice, 0 as query,
    rpad(coalesce((select label from local.query_log q where q.pid = a.pid order by started desc limit 1), 'default'), 320)::bpchar as label,
    a.backend_xid::text::bigint as xid, a.pid, (query_start at time zone 'UTC')::timestamp as starttime,
    left(a.query, 100) as text, 0 as suspended, 0 as insert_pristine
  from pg_catalog.pg_stat_activity a
  where backend_type = 'client backend' and state = 'active' and usename <> 'rdsdb' and local.sees(usename);
create view pg_catalog.stv_recents as
  select local.user_id(usename) as userid, rpad('Running', 20)::bpchar as status, (query_start at time zone 'UTC')::timestamp as starttime,
    (extract(epoch from clock_timestamp() - query_start) * 1000000)::integer as duration, rpad(usename, 50)::bpchar as user_name,
    rpad(datname, 50)::bpchar as db_name, a.query, a.pid
  from pg_catalog.pg_stat_activity a
  where backend_type = 'client backend' and state = 'active' and usename <> 'rdsdb' and local.sees(usename)
  union all
  select userid, rpad('Done', 20)::bpchar, starttime, (extract(epoch from endtime - starttime) * 1000000)::integer,
    rpad((select rolname from pg_catalog.pg_roles where oid = userid), 50)::bpchar, database, querytxt, 0
  from pg_catalog.stl_query;
create view pg_catalog.stl_connection_log as
  select rpad('authenticated', 50)::bpchar as event, recorded as recordtime, rpad('127.0.0.1', 45)::bpchar as remotehost, pid,
    rpad(database, 50)::bpchar as dbname, rpad(user_name, 50)::bpchar as username, rpad('password', 32)::bpchar as authmethod,
    rpad(tls, 50)::bpchar as sslversion, rpad(application_name, 250)::bpchar as application_name, rpad(driver_version, 64)::bpchar as driver_version,
    rpad(os_version, 64)::bpchar as os_version
  from local.connection_log where local.sees(user_name);
create view pg_catalog.stl_undone as select 0::bigint as xact_id where false;

do $$
declare
  name text;
begin
  for name in select relname from pg_class where relnamespace = 'pg_catalog'::regnamespace and relkind = 'v' and relname ~ '^(svv|svl|stv|stl|sys)_|^pg_table_def$|^pg_proc_info$' loop
    execute format('grant select on pg_catalog.%I to public', name);
  end loop;
end $$;
