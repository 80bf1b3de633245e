-- Returns the details of an event about an erased account without texts that a person wrote or that describe a person.
-- Ids, kinds and names of roles stay.
--
-- Parameters
--   p_details  the details
CREATE OR REPLACE FUNCTION impersonal_details(p_details jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE AS $$
  SELECT coalesce(jsonb_object_agg(key, value), '{}') || '{"erased": true}'
    FROM jsonb_each(p_details)
   WHERE key IN ('session_id', 'token_id', 'feed_id', 'kind', 'reason', 'policies', 'scopes', 'expires_at')
      OR key IN ('before', 'after') AND jsonb_typeof(value) = 'array';
$$;
