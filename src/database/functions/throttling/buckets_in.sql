-- Returns the buckets of a list with their keys. The key has the hash of the source, which is personal data.
--
-- Parameters
--   p_buckets  an array of objects with `policy`, its name; `source`; `quota`; `window`, in seconds; and, for a policy
--              with growing waits, `first_delay` and `longest_delay`, in seconds
CREATE OR REPLACE FUNCTION buckets_in(p_buckets jsonb)
RETURNS TABLE (key text, policy text, quota int, "window" int, first_delay int, longest_delay int)
LANGUAGE sql STABLE AS $$
  SELECT b.policy || ':' || encode(sha256(convert_to(b.source, 'UTF8')), 'hex'), b.policy, b.quota, b."window",
         b.first_delay, b.longest_delay
    FROM jsonb_to_recordset(p_buckets)
      AS b (policy text, source text, quota int, "window" int, first_delay int, longest_delay int);
$$;
