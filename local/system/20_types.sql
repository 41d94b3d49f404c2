-- Lengths of CHAR and VARCHAR in bytes, and the 64-bit rule of DECIMAL. PostgreSQL finds the function that fits a
-- value to a column's length in pg_cast; there we enter our own.
create function local.cut_bytes(value text, bytes integer) returns text language plpgsql immutable strict parallel safe as $$
declare
  cut text := left(value, bytes);
begin
  while octet_length(cut) > bytes loop
    cut := left(cut, -greatest(1, (octet_length(cut) - bytes) / 4));
  end loop;
  return cut;
end $$;

create function local.fit_varchar(value varchar, bytes integer, explicit boolean) returns varchar
language plpgsql immutable strict parallel safe as $$
declare
  cut text := local.cut_bytes(value, bytes);
begin
  -- Surplus blanks are cut silently.
  if not explicit and rtrim(substr(value, length(cut) + 1), ' ') <> '' then
    raise exception using errcode = '22001', message = 'Value too long for character type',
      detail = format('The value has %s bytes; the column is varchar(%s).', octet_length(value), bytes);
  end if;
  return cut;
end $$;

-- Not in SQL: PostgreSQL would parse and inline it once per value of a long VALUES list.
create function local.fit(varchar, integer, boolean) returns varchar
language plpgsql immutable strict parallel safe as $$
begin
  if $2 < 4 or octet_length($1) <= $2 - 4 then
    return $1;
  end if;
  return local.fit_varchar($1, $2 - 4, $3);
end $$;

create function local.pad_char(bpchar, integer, boolean) returns bpchar
language internal immutable strict parallel safe as 'bpchar';

create function local.fit(value bpchar, typmod integer, explicit boolean) returns bpchar
language plpgsql immutable strict parallel safe as $$
begin
  if octet_length(value::text) <> length(value::text) then
    raise exception using errcode = '22001', message = 'CHAR string contains invalid ASCII character';
  end if;
  if not explicit and typmod >= 4 and length(rtrim(value::text)) > typmod - 4 then
    raise exception using errcode = '22001', message = 'Value too long for character type',
      detail = format('The value has %s bytes; the column is char(%s).', octet_length(value::text), typmod - 4);
  end if;
  return local.pad_char(value, typmod, explicit);
end $$;

create function local.round_numeric(numeric, integer) returns numeric
language internal immutable strict parallel safe as 'numeric';

create function local.fit(value numeric, typmod integer) returns numeric
language plpgsql immutable strict parallel safe as $$
declare
  rounded numeric;
begin
  if value = 'NaN' or value = 'Infinity' or value = '-Infinity' then
    raise exception using errcode = '22P02', message = format('Invalid digit, Value ''%s'', Type: Decimal', left(value::text, 1));
  end if;
  rounded := local.round_numeric(value, typmod);
  -- Up to 19 digits are kept in 8 bytes.
  if ((typmod - 4) >> 16) <= 19 and abs(rounded) * 10::numeric ^ ((typmod - 4) & 65535) > 9223372036854775807 then
    raise exception using errcode = 'XX000', message = 'Numeric data overflow (result precision)';
  end if;
  return rounded;
end $$;

update pg_catalog.pg_cast set castfunc = 'local.fit(varchar, integer, boolean)'::regprocedure
  where castsource = 'varchar'::regtype and casttarget = 'varchar'::regtype;
update pg_catalog.pg_cast set castfunc = 'local.fit(bpchar, integer, boolean)'::regprocedure
  where castsource = 'bpchar'::regtype and casttarget = 'bpchar'::regtype;
update pg_catalog.pg_cast set castfunc = 'local.fit(numeric, integer)'::regprocedure
  where castsource = 'numeric'::regtype and casttarget = 'numeric'::regtype;
