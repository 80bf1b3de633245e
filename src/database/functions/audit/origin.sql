-- Stores the request's id and the client's address until the transaction ends, for the audit log.
--
-- Parameters
--   p_origin  an object with `request_id` and `address`, the client's address
--
-- Sets audit.address, audit.request.
CREATE OR REPLACE FUNCTION origin(p_origin jsonb) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  PERFORM set_config('audit.request', coalesce(p_origin->>'request_id', ''), true),
          set_config('audit.address', coalesce(p_origin->>'address', ''), true);
END;
$$;
