-- Rounds a number of rows to hundreds at random, so that it is right on average: a statement that writes one row then
-- seldom writes a count too.
--
-- Parameters
--   p_count  the number of rows
CREATE OR REPLACE FUNCTION sampled(p_count bigint) RETURNS bigint
LANGUAGE sql VOLATILE AS $$
  SELECT (p_count + floor(random() * 100)::bigint) / 100 * 100;
$$;
