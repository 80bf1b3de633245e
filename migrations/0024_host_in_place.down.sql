CREATE OR REPLACE FUNCTION host_of(p_url text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT AS $$
  SELECT nullif(regexp_replace(substring(lower(p_url) FROM '^[a-z][a-z0-9+.-]*://(?:[^/?#@]*@)?([^/?#:]+)'), '^www\.', ''), '');
$$;
