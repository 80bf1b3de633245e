DROP FUNCTION guard(uuid, uuid, jsonb);
