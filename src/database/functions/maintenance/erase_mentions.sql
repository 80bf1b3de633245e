-- Removes the texts that name a person from a part of the audit log, and returns the last event of that part, to
-- continue after; nulls at the end of the log. Only strip_mentions() calls it, which has the rights to change the log.
--
-- Parameters
--   p_names  the names of the person, in lower case
--   p_most   the number of events to look at
--   p_at     the time of the event to begin after
--   p_id     its id
--
-- Sets audit.erasure.
CREATE OR REPLACE FUNCTION erase_mentions(p_names text[], p_most int, p_at timestamptz, p_id uuid, OUT last_at timestamptz, OUT last_id uuid)
LANGUAGE plpgsql AS $$
DECLARE
  -- As JSON strings; emails also match within a longer text.
  v_parts text[] := ARRAY(
    SELECT CASE WHEN position('@' IN name) > 0 THEN trim(BOTH '"' FROM to_jsonb(name)::text) ELSE to_jsonb(name)::text END
      FROM unnest(p_names) AS name);
BEGIN
  SELECT occurred_at, id INTO last_at, last_id
    FROM (SELECT occurred_at, id FROM audit_events WHERE (occurred_at, id) > (p_at, p_id) ORDER BY occurred_at, id LIMIT p_most) AS part
   ORDER BY occurred_at DESC, id DESC LIMIT 1;
  PERFORM set_config('audit.erasure', 'on', true);
  UPDATE audit_events
     SET details = without_names(details, p_names) || '{"erased": true}'
   WHERE (occurred_at, id) > (p_at, p_id) AND (occurred_at, id) <= (last_at, last_id)
     AND EXISTS (SELECT FROM unnest(v_parts) AS part WHERE position(part IN lower(details::text)) > 0)
     AND without_names(details, p_names) <> details;
  PERFORM set_config('audit.erasure', '', true);
END;
$$;
