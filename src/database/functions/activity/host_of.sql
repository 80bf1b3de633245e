-- Returns the host of a URL without "www.", or null. It is not strict, so that Postgres inlines it instead of calling
-- it for each event; and it splits URLs at their separators, because long regular expressions are slow.
--
-- Parameters
--   p_url  the URL
CREATE OR REPLACE FUNCTION host_of(p_url text) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
  SELECT nullif(regexp_replace(
    split_part(split_part(split_part(translate(split_part(lower(p_url), '://', 2), '?#', '//'), '/', 1), '@', -1), ':', 1),
    '^www\.', ''), '');
$$;
