-- As before, but not strict: so it becomes a part of the statement that it is in, and is no statement of its own for each event.
-- And it takes addresses apart by what stands between their parts, for long expressions are slow.
CREATE OR REPLACE FUNCTION host_of(p_url text) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
  SELECT nullif(regexp_replace(
    split_part(split_part(split_part(translate(split_part(lower(p_url), '://', 2), '?#', '//'), '/', 1), '@', -1), ':', 1),
    '^www\.', ''), '');
$$;
