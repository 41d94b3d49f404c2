-- What Redshift knows of a table and PostgreSQL does not stands among the security labels. Those are a catalogue, so that
-- serializable transactions that make tables do not conflict over it, and PostgreSQL drops them with their table.
create view local.table_attributes as
  select objoid as relid, a.* from pg_catalog.pg_seclabel,
    json_to_record(label::json) as a(dist_style text, dist_key smallint, sort_keys smallint[], interleaved boolean)
  where provider = 'redshift' and classoid = 'pg_catalog.pg_class'::regclass and objsubid = 0;
create view local.column_attributes as
  -- identity: seed,step
  select objoid as relid, objsubid::smallint as attnum, a.* from pg_catalog.pg_seclabel,
    json_to_record(label::json) as a(encoding text, identity text)
  where provider = 'redshift' and classoid = 'pg_catalog.pg_class'::regclass and objsubid > 0;
create function local.label(target regclass, number smallint, attributes json) returns void
language sql security definer set allow_system_table_mods = on as $$
  insert into pg_catalog.pg_seclabel (objoid, classoid, objsubid, provider, label)
    values (target, 'pg_catalog.pg_class'::regclass, number, 'redshift', attributes::text)
$$;
revoke execute on function local.label(regclass, smallint, json) from public;

create function local.column_number(target regclass, name text, purpose text) returns smallint
language plpgsql stable as $$
declare
  number smallint;
  type regtype;
begin
  select attnum, atttypid into number, type from pg_catalog.pg_attribute
    where attrelid = target and attname = name and attnum > 0 and not attisdropped;
  if number is null then
    raise exception using errcode = '42703', message = format('column "%s" named in %s key does not exist', name, purpose);
  end if;
  -- Of what sorts and distributes nothing, only SUPER is no other key either.
  if type = 'super'::regtype or purpose in ('distribution', 'sort') and type in ('varbyte'::regtype, 'intervaly2m'::regtype, 'intervald2s'::regtype) then
    raise exception using errcode = '0A000', message = format('column "%s" has a type that cannot be part of a %s key', name, purpose);
  end if;
  return number;
end $$;

-- A key that is shown by every catalog and never enforced: an index over no row, and a constraint without a
-- trigger, both entered by hand because PostgreSQL offers neither.
create function local.add_key(target regclass, key json, foreign_table regclass) returns void
language plpgsql security definer set allow_system_table_mods = on set search_path = pg_catalog, pg_temp as $$
declare
  kind text := key ->> 'kind';
  name text := key ->> 'name';
  columns smallint[];
  foreign_columns smallint[];
  equals oid[];
  index_id oid := 0;
  constraint_id oid;
  relation record;
begin
  select relname, relnamespace, nspname into relation
    from pg_class c join pg_namespace n on n.oid = relnamespace where c.oid = target;
  if not pg_has_role(session_user, (select relowner from pg_class where oid = target), 'member') then
    raise exception using errcode = '42501', message = format('must be owner of relation %s', relation.relname);
  end if;
  select array_agg(local.column_number(target, value, case kind when 'p' then 'primary' when 'u' then 'unique' else 'foreign' end) order by ordinality)
    into columns from json_array_elements_text(key -> 'columns') with ordinality;
  if kind = 'p' and exists (select from pg_constraint where conrelid = target and contype = 'p') then
    raise exception using errcode = '42P16', message = format('multiple primary keys for table "%s" are not allowed', relation.relname);
  end if;
  if name = '' then
    name := local.cut_bytes(relation.relname, 30) || case kind when 'p' then '' else '_' || local.cut_bytes(key -> 'columns' ->> 0, 20) end ||
      case kind when 'p' then '_pkey' when 'u' then '_key' else '_fkey' end;
    while exists (select from pg_class where relname = name and relnamespace = relation.relnamespace)
       or exists (select from pg_constraint where conname = name and conrelid = target) loop
      name := name || '1';
    end loop;
  end if;
  if kind in ('p', 'u') then
    execute format('create unique index %I on %s (%s) where false', name, target,
      (select string_agg(format('%I', value), ', ' order by ordinality) from json_array_elements_text(key -> 'columns') with ordinality));
    index_id := format('%I.%I', relation.nspname, name)::regclass;
  else
    if foreign_table is null then
      raise exception using errcode = '42P01', message = format('relation "%s" does not exist', key ->> 'table');
    end if;
    if json_array_length(key -> 'foreign_columns') = 0 then
      select conkey, conindid into foreign_columns, index_id from pg_constraint where conrelid = foreign_table and contype = 'p';
    else
      select array_agg(local.column_number(foreign_table, value, 'foreign') order by ordinality)
        into foreign_columns from json_array_elements_text(key -> 'foreign_columns') with ordinality;
      select coalesce(min(conindid), 0::oid) into index_id from pg_constraint
        where conrelid = foreign_table and contype in ('p', 'u') and conkey = foreign_columns;
    end if;
    if foreign_columns is null or cardinality(foreign_columns) <> cardinality(columns) then
      raise exception using errcode = '42830', message = format('there is no primary key for referenced table "%s"', key ->> 'table');
    end if;
    select array_agg(coalesce((select o.oid from pg_operator o where o.oprname = '=' and o.oprleft = a.atttypid and o.oprright = a.atttypid and o.oprnamespace = 'pg_catalog'::regnamespace), '=(text,text)'::regoperator::oid) order by u.ordinality)
      into equals from unnest(columns) with ordinality u(attnum, ordinality)
      join pg_attribute a on a.attrelid = target and a.attnum = u.attnum;
  end if;
  constraint_id := pg_nextoid('pg_constraint', 'oid', 'pg_constraint_oid_index');
  insert into pg_constraint (oid, conname, connamespace, contype, condeferrable, condeferred, convalidated, conrelid,
      contypid, conindid, conparentid, confrelid, confupdtype, confdeltype, confmatchtype, conislocal, coninhcount,
      connoinherit, conkey, confkey, conpfeqop, conppeqop, conffeqop)
    values (constraint_id, name, relation.relnamespace, kind::"char", false, false, true, target, 0, index_id, 0,
      coalesce(foreign_table::oid, 0), case kind when 'f' then 'a' else ' ' end, case kind when 'f' then 'a' else ' ' end,
      case kind when 'f' then 's' else ' ' end, true, 0, true, columns, foreign_columns, equals, equals, equals);
  insert into pg_depend select 'pg_constraint'::regclass, constraint_id, 0, 'pg_class'::regclass, target, attnum, 'a'
    from unnest(columns) attnum;
  if kind in ('p', 'u') then
    insert into pg_depend values ('pg_class'::regclass, index_id, 0, 'pg_constraint'::regclass, constraint_id, 0, 'i');
    update pg_index set indisprimary = (kind = 'p') where indexrelid = index_id;
  else
    insert into pg_depend select 'pg_constraint'::regclass, constraint_id, 0, 'pg_class'::regclass, foreign_table, attnum, 'n'
      from unnest(foreign_columns) attnum;
  end if;
  if kind = 'p' then
    -- A primary key implies NOT NULL; this much is enforced.
    for name in select value from json_array_elements_text(key -> 'columns') loop
      execute format('alter table %s alter column %I set not null', target, name);
    end loop;
  end if;
end $$;

-- Literals of a CREATE TABLE AS become VARCHAR, as there is no TEXT.
create function local.text_to_varchar(target regclass) returns void language plpgsql as $$
declare
  name text;
  longest integer;
begin
  for name in select attname from pg_catalog.pg_attribute
      where attrelid = target and attnum > 0 and not attisdropped and (atttypid = 'text'::regtype or (atttypid = 'varchar'::regtype and atttypmod = -1)) loop
    execute format('select max(octet_length(%I)) from %s', name, target) into longest;
    execute format('alter table %s alter column %I type varchar(%s)', target, name, greatest(256, least(coalesce(longest, 0), 65535)));
  end loop;
end $$;

create function local.record_attributes(target regclass, attributes json) returns void
language plpgsql security definer as $$
declare
  parent regclass;
begin
  if exists (select from local.table_attributes where relid = target) then
    return;
  end if;
  if attributes -> 'like' is not null then
    parent := nullif(current_setting('local.like', true), '')::oid;
    perform local.label(target, n.attnum, json_build_object('encoding', l.encoding))
      from local.column_attributes l join pg_attribute o on o.attrelid = parent and o.attnum = l.attnum
        join pg_attribute n on n.attrelid = target and n.attname = o.attname where l.relid = parent and l.encoding is not null;
    perform local.label(target, 0::smallint, json_build_object('dist_style', dist_style, 'dist_key', (select n.attnum from pg_attribute o join pg_attribute n on n.attname = o.attname and n.attrelid = target where o.attrelid = parent and o.attnum = dist_key),
        'sort_keys', array(select n.attnum from unnest(sort_keys) with ordinality k join pg_attribute o on o.attrelid = parent and o.attnum = k.k join pg_attribute n on n.attname = o.attname and n.attrelid = target order by k.ordinality),
        'interleaved', interleaved))
      from local.table_attributes where relid = parent;
    return;
  end if;
  perform local.label(target, 0::smallint, json_build_object(
    'dist_style', coalesce(attributes ->> 'diststyle', case when attributes ->> 'distkey' is null then 'auto' else 'key' end),
    'dist_key', case when attributes ->> 'distkey' is null then null else local.column_number(target, attributes ->> 'distkey', 'distribution') end,
    'sort_keys', array(select local.column_number(target, value, 'sort') from json_array_elements_text(coalesce(attributes -> 'sortkeys', '[]')) with ordinality order by ordinality),
    'interleaved', coalesce((attributes ->> 'interleaved')::boolean, false)));
  perform local.label(target, attnum, json_build_object('encoding', attributes -> 'encodings' ->> attname, 'identity', attributes -> 'identities' ->> attname))
    from pg_catalog.pg_attribute where attrelid = target and attnum > 0
      and (attributes -> 'encodings' ->> attname is not null or attributes -> 'identities' ->> attname is not null);
end $$;

create function local.record_table(target regclass, attributes json) returns void language plpgsql as $$
begin
  if exists (select from local.table_attributes where relid = target) then
    return;  -- IF NOT EXISTS, and it did
  end if;
  perform local.record_attributes(target, attributes);
  if attributes ->> 'as_query' = 'true' then
    perform local.text_to_varchar(target);
  end if;
  perform local.add_key(target, value, to_regclass(nullif(value ->> 'table', ''))) from json_array_elements(coalesce(attributes -> 'keys', '[]'));
end $$;
grant select on local.table_attributes, local.column_attributes to public;

-- ALTER COLUMN TYPE: only to a VARCHAR that holds every value, and only without default or key.
create function local.check_varchar_change(target regclass, name text, type text) returns void
language plpgsql security definer as $$
declare
  attribute record;
  longest integer;
begin
  select * into attribute from pg_catalog.pg_attribute where attrelid = target and attname = name and attnum > 0;
  if attribute is null then
    return;
  end if;
  if attribute.atttypid <> 'varchar'::regtype then
    raise exception using errcode = '0A000', message = format('cannot alter type of column "%s": only the size of VARCHAR columns can change', name);
  end if;
  if attribute.atthasdef or exists (select from pg_catalog.pg_constraint where conrelid = target and attribute.attnum = any (conkey)) then
    raise exception using errcode = '0A000', message = format('cannot alter column "%s" because it has a default or is part of a key', name);
  end if;
  execute format('select max(octet_length(%I)) from %s', name, target) into longest;
  if longest > substring(type from '\d+')::integer then
    raise exception using errcode = '0A000', message = 'target data type size should be larger than or equal to the longest value', detail = format('Column "%s" holds a value of %s bytes.', name, longest);
  end if;
end $$;

-- For COPY: the columns of a table as the client's session sees it.
create function local.describe_table(name text)
returns table (relid oid, relation text, column_name text, type_name text, type_modifier integer, not_null boolean,
               has_default boolean, identity text)
language sql stable as $$
  select c.oid, format('%I.%I', n.nspname, c.relname), a.attname::text, t.typname::text, a.atttypmod, a.attnotnull,
         a.atthasdef, a.attidentity::text
  from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    left join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    left join pg_catalog.pg_type t on t.oid = a.atttypid
  where c.oid = to_regclass(name) and c.relkind in ('r', 'p') order by a.attnum
$$;
