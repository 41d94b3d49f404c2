-- Blanks at the end of VARCHAR do not count in comparisons, as those of CHAR: 'a' = 'a  ', also as a key of a join,
-- of GROUP BY, of DISTINCT. LENGTH counts them and the column keeps them. PostgreSQL has such comparisons, for bpchar;
-- here the operators of text, which are those of varchar too, and what sorts and hashes text, are told to use them.
update pg_catalog.pg_operator o set oprcode = twin.oprcode
  from pg_catalog.pg_operator twin
  where o.oprleft = 'text'::regtype and o.oprright = 'text'::regtype
    and twin.oprname = o.oprname and twin.oprleft = 'bpchar'::regtype and twin.oprright = 'bpchar'::regtype
    and o.oprname in ('=', '<>', '<', '<=', '>', '>=', '~<~', '~<=~', '~>=~', '~>~');
update pg_catalog.pg_amproc set amproc = replacement
  from (values ('bttextcmp'::regproc, 'bpcharcmp'::regproc), ('bttextsortsupport', 'bpchar_sortsupport'),
    ('bttext_pattern_cmp', 'btbpchar_pattern_cmp'), ('bttext_pattern_sortsupport', 'btbpchar_pattern_sortsupport'),
    ('hashtext', 'hashbpchar'), ('hashtextextended', 'hashbpcharextended')) as twins(original, replacement)
  where amproc = original and amproclefttype = 'text'::regtype and amprocrighttype = 'text'::regtype;
-- Equal values are no longer equal bytes.
delete from pg_catalog.pg_amproc where amproc = 'btvarstrequalimage'::regproc and amproclefttype = 'text'::regtype;

-- COLLATE CASE_INSENSITIVE.
create collation pg_catalog.case_insensitive (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
