-- Names of more than 63 bytes: what the back end keeps, and what the client gave. A table of a session's own name may be
-- remembered twice; the name from the back end's is always the same.
create table local.long_names (backend text not null, shown text not null);
create index on local.long_names (backend);
grant select on local.long_names to public;

create function local.remember_names(names json) returns void language plpgsql security definer as $$
begin
  insert into local.long_names select key, value from json_each_text(names)
    where not exists (select from local.long_names where backend = key);
end $$;

create function local.shown_name(name) returns text language sql stable parallel safe as $$
  select case when octet_length($1::text) = 63 then coalesce((select shown from local.long_names where backend = $1::text limit 1), $1::text) else $1::text end
$$;
