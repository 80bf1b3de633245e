-- Rounds a number of rows up or down to a multiple of 100 at random, so that it is right on average. A statement that
-- writes one row then rarely writes a count as well.
--
-- Parameters
--   p_count  the number of rows
CREATE OR REPLACE FUNCTION sampled(p_count bigint) RETURNS bigint
LANGUAGE sql VOLATILE AS $$
  SELECT (p_count + floor(random() * 100)::bigint) / 100 * 100;
$$;
