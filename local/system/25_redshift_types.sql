-- SUPER, VARBYTE and the INTERVAL types, under Redshift's own type OIDs, so that clients see these on the wire.
--
-- A SUPER that is a string is kept as that string; every other one as U+0001 and its JSON text, digits and all. So a
-- plain literal is a string scalar, as on Redshift. VARBYTE is bytea, INTERVALs are interval, within their limits.
-- The proxy prints SUPER and VARBYTE as Redshift does (local/session/row_shape.h).
create function local.reserve_type(name text, number oid) returns void language plpgsql as $$
declare
  made oid;
begin
  execute format('create type pg_catalog.%I', name);
  made := (select oid from pg_catalog.pg_type where typname = name and typnamespace = 'pg_catalog'::regnamespace);
  update pg_catalog.pg_type set oid = number where oid = made;
  update pg_catalog.pg_depend set objid = number where classid = 'pg_catalog.pg_type'::regclass and objid = made;
  update pg_catalog.pg_shdepend set objid = number where classid = 'pg_catalog.pg_type'::regclass and objid = made;
end $$;
select local.reserve_type('super', 4000), local.reserve_type('varbyte', 6551),
  local.reserve_type('intervaly2m', 1188), local.reserve_type('intervald2s', 1190);
drop function local.reserve_type(text, oid);

create function local.read(cstring) returns super language internal immutable strict parallel safe as 'textin';
create function local.print(super) returns cstring language internal immutable strict parallel safe as 'textout';
create function local.receive_super(internal) returns super language internal stable strict parallel safe as 'textrecv';
create function local.send(super) returns bytea language internal stable strict parallel safe as 'textsend';
-- Columns are super(0): the modifier, which is never printed, is what makes PostgreSQL call local.fit() on the way in.
create type pg_catalog.super (input = local.read, output = local.print, receive = local.receive_super, send = local.send,
  typmod_in = timestamptypmodin, typmod_out = varchartypmodout, internallength = variable, alignment = int4, storage = extended);

create function local.read_varbyte(cstring) returns varbyte language internal immutable strict parallel safe as 'byteain';
create function local.print(varbyte) returns cstring language internal immutable strict parallel safe as 'byteaout';
create function local.receive_varbyte(internal) returns varbyte language internal immutable strict parallel safe as 'bytearecv';
create function local.send(varbyte) returns bytea language internal immutable strict parallel safe as 'byteasend';
create type pg_catalog.varbyte (input = local.read_varbyte, output = local.print, receive = local.receive_varbyte, send = local.send,
  typmod_in = varchartypmodin, typmod_out = varchartypmodout, internallength = variable, alignment = int4, storage = extended);

create function local.read_y2m(cstring, oid, integer) returns intervaly2m language internal stable strict parallel safe as 'interval_in';
create function local.print(intervaly2m) returns cstring language internal stable strict parallel safe as 'interval_out';
create function local.receive_y2m(internal, oid, integer) returns intervaly2m language internal immutable strict parallel safe as 'interval_recv';
create function local.send(intervaly2m) returns bytea language internal immutable strict parallel safe as 'interval_send';
create type pg_catalog.intervaly2m (input = local.read_y2m, output = local.print, receive = local.receive_y2m, send = local.send,
  typmod_in = intervaltypmodin, typmod_out = intervaltypmodout, like = interval);

create function local.read_d2s(cstring, oid, integer) returns intervald2s language internal stable strict parallel safe as 'interval_in';
create function local.print(intervald2s) returns cstring language internal stable strict parallel safe as 'interval_out';
create function local.receive_d2s(internal, oid, integer) returns intervald2s language internal immutable strict parallel safe as 'interval_recv';
create function local.send(intervald2s) returns bytea language internal immutable strict parallel safe as 'interval_send';
create type pg_catalog.intervald2s (input = local.read_d2s, output = local.print, receive = local.receive_d2s, send = local.send,
  typmod_in = intervaltypmodin, typmod_out = intervaltypmodout, like = interval);

-- VARBYTE.
create cast (varbyte as bytea) without function as implicit;
create cast (bytea as varbyte) without function as assignment;
create cast (text as varbyte) without function;
create cast (varchar as varbyte) without function;
create function local.fit(value varbyte, typmod integer, explicit boolean) returns varbyte
language plpgsql immutable strict parallel safe as $$
begin
  if typmod < 4 or octet_length(value::bytea) <= typmod - 4 then
    return value;
  end if;
  if explicit then
    return substring(value::bytea from 1 for typmod - 4);
  end if;
  raise exception using errcode = '22001', message = 'Value too long for type varbyte',
    detail = format('The value has %s bytes; the column is varbyte(%s).', octet_length(value::bytea), typmod - 4);
end $$;
create cast (varbyte as varbyte) with function local.fit(varbyte, integer, boolean) as implicit;

create function pg_catalog.from_varbyte(value varbyte, format text) returns varchar
language plpgsql immutable strict parallel safe as $$
begin
  case lower(format)
    when 'hex' then return encode(value::bytea, 'hex');
    when 'base64' then return replace(encode(value::bytea, 'base64'), E'\n', '');
    when 'utf8', 'utf-8' then return convert_from(value::bytea, 'UTF8');
    when 'binary' then return (select coalesce(string_agg(get_byte(value::bytea, i)::bit(8)::text, '' order by i), '')
                               from generate_series(0, octet_length(value::bytea) - 1) i);
    else raise exception using errcode = '22023', message = format('"%s" is no format of VARBYTE', format),
      hint = 'The formats are hex, binary, base64 and utf8.';
  end case;
end $$;
create function pg_catalog.to_varbyte(value text, format text) returns varbyte
language plpgsql immutable strict parallel safe as $$
begin
  case lower(format)
    when 'hex' then return decode(value, 'hex');
    when 'base64' then return decode(value, 'base64');
    when 'utf8', 'utf-8' then return convert_to(value, 'UTF8');
    when 'binary' then
      if value !~ '^([01]{8})*$' then
        raise exception using errcode = '22023', message = 'invalid binary data';
      end if;
      return (select coalesce(string_agg(set_byte('\x00'::bytea, 0, substr(value, i * 8 + 1, 8)::bit(8)::integer), ''::bytea order by i), ''::bytea)
              from generate_series(0, length(value) / 8 - 1) i);
    else raise exception using errcode = '22023', message = format('"%s" is no format of VARBYTE', format),
      hint = 'The formats are hex, binary, base64 and utf8.';
  end case;
end $$;
create function pg_catalog.from_hex(text) returns varbyte language plpgsql immutable strict parallel safe as
  $$ begin return decode($1, 'hex'); end $$;
create function pg_catalog.to_hex(varbyte) returns varchar language plpgsql immutable strict parallel safe as
  $$ begin return encode($1::bytea, 'hex'); end $$;
create function local.varbyte_text(varbyte) returns varchar language plpgsql immutable strict parallel safe as
  $$ begin return convert_from($1::bytea, 'UTF8'); end $$;
create cast (varbyte as varchar) with function local.varbyte_text(varbyte);
create cast (varbyte as text) with function local.varbyte_text(varbyte);

-- INTERVAL YEAR TO MONTH keeps months, INTERVAL DAY TO SECOND microseconds.
create cast (intervaly2m as interval) without function as implicit;
create cast (intervald2s as interval) without function as implicit;
create cast (interval as intervaly2m) without function as assignment;
create cast (interval as intervald2s) without function as assignment;
create function local.scale_interval(interval, integer) returns interval language internal immutable strict parallel safe as 'interval_scale';
create function local.fit(value intervaly2m, typmod integer, explicit boolean) returns intervaly2m
language plpgsql immutable strict parallel safe as $$ begin return local.scale_interval(value, typmod); end $$;
create function local.fit(value intervald2s, typmod integer, explicit boolean) returns intervald2s
language plpgsql immutable strict parallel safe as $$
declare
  scaled interval := local.scale_interval(value, typmod);
begin
  if extract(year from scaled) <> 0 or extract(month from scaled) <> 0 then
    raise exception using errcode = '22007', message = format('invalid input for INTERVAL DAY TO SECOND: "%s"', value),
      detail = 'Years and months cannot be told in days.';
  end if;
  if abs(extract(epoch from scaled)) > 9223372036854.775807 then
    raise exception using errcode = '22015', message = 'interval out of range';
  end if;
  return justify_hours(scaled);
end $$;
create cast (intervaly2m as intervaly2m) with function local.fit(intervaly2m, integer, boolean) as implicit;
create cast (intervald2s as intervald2s) with function local.fit(intervald2s, integer, boolean) as implicit;

-- SUPER.
-- What is stored, mark and all, which the cast to text does not show.
create cast (super as json) without function;
create function local.super_json(super) returns text language plpgsql immutable strict parallel safe as $$
declare
  stored text := $1::json::text;
begin
  return case when left(stored, 1) = E'\x01' then substr(stored, 2) else to_json(stored)::text end;
end $$;

create function local.check_super(value json) returns void language plpgsql immutable strict parallel safe as $$
begin
  case json_typeof(value)
    when 'object' then
      if (select count(*) <> count(distinct convert_to(key, 'UTF8')) from json_each(value)) then
        raise exception using errcode = 'XX000', message = 'Duplicate attribute in a JSON object',
          hint = 'json_parse_dedup_attributes is not there yet in redshift-local.';
      end if;
      perform local.check_super(e.value) from json_each(value) e where json_typeof(e.value) in ('object', 'array', 'string');
    when 'array' then
      perform local.check_super(e) from json_array_elements(value) e where json_typeof(e) in ('object', 'array', 'string');
    when 'string' then
      if octet_length(value #>> '{}') > 65535 then
        raise exception using errcode = 'XX000', message = 'String value exceeds the max size of 65535 bytes',
          detail = format('A string inside a SUPER value has %s bytes.', octet_length(value #>> '{}'));
      end if;
    else
  end case;
end $$;

create function pg_catalog.json_parse(value text) returns super language plpgsql immutable strict parallel safe as $$
declare
  parsed json;
  scalar text;
begin
  if octet_length(value) > 16777216 then
    raise exception using errcode = 'XX000', message = 'The value exceeds the max size of 16777216 bytes of SUPER';
  end if;
  begin
    parsed := value::json;
  exception when invalid_text_representation then
    raise exception using errcode = 'XX000', message = 'JSON parsing error', detail = sqlerrm;
  end;
  perform local.check_super(parsed);
  if json_typeof(parsed) = 'string' then
    scalar := parsed #>> '{}';
    if left(scalar, 1) <> E'\x01' then
      return scalar::super;
    end if;
  end if;
  if value ~ '[ \t\r\n]' then
    -- Blanks between the tokens go; strings stay.
    value := regexp_replace(value, '("(?:[^"\\]|\\.)*")|[ \t\r\n]+', '\1', 'g');
  end if;
  return (E'\x01' || value)::super;
end $$;
create function pg_catalog.json_serialize(super) returns varchar language plpgsql immutable strict parallel safe as $$
declare
  value text := local.super_json($1);
begin
  if octet_length(value) > 65535 then
    raise exception using errcode = 'XX000', message = 'JSON_SERIALIZE: the value exceeds the max size of 65535 bytes of VARCHAR',
      hint = 'Use JSON_SERIALIZE_TO_VARBYTE.';
  end if;
  return value;
end $$;
create function pg_catalog.is_valid_json(value text) returns boolean language plpgsql immutable strict parallel safe as $$
begin
  return json_typeof(value::json) in ('object', 'array');
exception when invalid_text_representation then
  return false;
end $$;
create function pg_catalog.json_serialize_to_varbyte(super) returns varbyte language plpgsql immutable strict parallel safe as
  $$ begin return convert_to(local.super_json($1), 'UTF8'); end $$;
create function pg_catalog.json_typeof(super) returns varchar language plpgsql immutable strict parallel safe as
  $$ begin return json_typeof(local.super_json($1)::json); end $$;
create function pg_catalog.json_size(super) returns bigint language plpgsql immutable strict parallel safe as
  $$ begin return octet_length(local.super_json($1)); end $$;

create function local.fit(value super, typmod integer, explicit boolean) returns super
language plpgsql immutable strict parallel safe as $$
declare
  stored text := value::json::text;
begin
  if octet_length(stored) > 65535 and left(stored, 1) <> E'\x01' then
    raise exception using errcode = 'XX000', message = 'String value exceeds the max size of 65535 bytes',
      detail = format('A string for a SUPER column has %s bytes.', octet_length(stored)), hint = 'JSON_PARSE makes JSON of a text.';
  end if;
  return value;
end $$;
create cast (super as super) with function local.fit(super, integer, boolean) as implicit;

create cast (text as super) without function as assignment;
create cast (varchar as super) without function as assignment;
-- Objects and arrays become NULL.
create function local.super_text(super) returns varchar language plpgsql immutable strict parallel safe as $$
declare
  stored text := $1::json::text;
begin
  return case when left(stored, 1) <> E'\x01' then stored
              when substr(stored, 2, 1) in ('{', '[', 'n') then null
              else substr(stored, 2)::json #>> '{}' end;
end $$;
create cast (super as varchar) with function local.super_text(super);
create cast (super as text) with function local.super_text(super);
do $$
declare
  name text;
begin
  foreach name in array array['boolean', 'smallint', 'integer', 'bigint', 'numeric', 'real', 'double precision'] loop
    execute format('create function local.to_super(%s) returns super language plpgsql immutable strict parallel safe as
      $f$ begin return (E''\x01'' || to_json($1)::text)::super; end $f$', name);
    execute format('create cast (%s as super) with function local.to_super(%s) as assignment', name, name);
    execute format('create function local.from_super_%s(super) returns %s language plpgsql immutable strict parallel safe as
      $f$ begin return local.super_text($1)::%s; end $f$', replace(name, ' ', '_'), name, name);
    execute format('create cast (super as %s) with function local.from_super_%s(super)', name, replace(name, ' ', '_'));
  end loop;
end $$;
-- For GROUP BY, DISTINCT and ORDER BY.
do $$
declare
  operator record;
begin
  for operator in select * from (values ('=', '=', '<>', 'byteaeq', 'eqsel', 'eqjoinsel'), ('<>', '<>', '=', 'byteane', 'neqsel', 'neqjoinsel'),
      ('<', '>', '>=', 'bytealt', 'scalarltsel', 'scalarltjoinsel'), ('<=', '>=', '>', 'byteale', 'scalarlesel', 'scalarlejoinsel'),
      ('>', '<', '<=', 'byteagt', 'scalargtsel', 'scalargtjoinsel'), ('>=', '<=', '<', 'byteage', 'scalargesel', 'scalargejoinsel')) as o(name, commutator, negator, source, restrict, join_restrict) loop
    execute format('create function local.%I(super, super) returns boolean language internal immutable strict parallel safe as %L', 'super_' || operator.source, operator.source);
    execute format('create operator pg_catalog.%s (leftarg = super, rightarg = super, function = local.%I, commutator = operator(pg_catalog.%s), negator = operator(pg_catalog.%s), restrict = %s, join = %s%s)',
      operator.name, 'super_' || operator.source, operator.commutator, operator.negator, operator.restrict, operator.join_restrict, case when operator.name = '=' then ', hashes, merges' else '' end);
  end loop;
end $$;
create function local.compare(super, super) returns integer language internal immutable strict parallel safe as 'byteacmp';
create function local.hash(super) returns integer language internal immutable strict parallel safe as 'hashvarlena';
create operator class local.super_btree default for type super using btree as operator 1 <, operator 2 <=, operator 3 =, operator 4 >=, operator 5 >,
  function 1 local.compare(super, super);
create operator class local.super_hash default for type super using hash as operator 1 =, function 1 local.hash(super);
