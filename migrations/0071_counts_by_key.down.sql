DROP FUNCTION sign_in_counters(jsonb, uuid);
--> statement-breakpoint
CREATE OR REPLACE FUNCTION bound_sessions()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
  UPDATE sessions SET revoked_at = now(), revoked_for = 'replaced'
   WHERE id IN (SELECT id FROM sessions WHERE user_id = NEW.user_id AND revoked_at IS NULL AND id <> NEW.id
                 ORDER BY rotated_at DESC, id OFFSET 499);
  RETURN NULL;
END;
$function$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION count_attempt(p_buckets jsonb, p_audited jsonb DEFAULT NULL::jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
AS $function$
DECLARE
  v_result record;
BEGIN
  WITH bucket AS MATERIALIZED (
    SELECT * FROM buckets_in(p_buckets)
  ), standing AS MATERIALIZED (
    SELECT bucket.*, ceil(extract(epoch FROM t.blocked_until - now()))::int AS seconds,
           coalesce(t.blocked_until > now() AND t.window_ends_at > now(), false) AS is_blocked
      FROM throttles t JOIN bucket ON bucket.key = t.key
     ORDER BY t.key FOR UPDATE OF t
  ), counted AS (
    INSERT INTO throttles AS t (key, attempts, window_ends_at, blocked_until)
    SELECT key, state.attempts, state.window_ends_at, state.blocked_until
      FROM bucket, next_count(0, now(), quota, "window", first_delay, longest_delay) AS state
     WHERE NOT EXISTS (SELECT FROM standing WHERE is_blocked)
     ORDER BY key
    ON CONFLICT (key) DO UPDATE SET (attempts, window_ends_at, blocked_until) = (
      SELECT state.attempts, state.window_ends_at, state.blocked_until
        FROM bucket, next_count(t.attempts, t.window_ends_at, quota, "window", first_delay, longest_delay) AS state
       WHERE bucket.key = t.key)
    WHERE t.blocked_until IS NULL OR least(t.blocked_until, t.window_ends_at) <= now()
    RETURNING key, blocked_until > now() AS is_blocked
  )
  SELECT (SELECT count(*) FROM counted) = (SELECT count(*) FROM bucket) AS is_counted,
         coalesce(
           (SELECT jsonb_build_object('policy', policy, 'quota', quota, 'window', "window", 'seconds', seconds)
              FROM standing WHERE is_blocked ORDER BY seconds DESC LIMIT 1),
           (SELECT jsonb_build_object('policy', policy, 'quota', quota, 'window', "window", 'seconds', 1)
              FROM bucket LIMIT 1)) AS block,
         (SELECT jsonb_agg(policy ORDER BY policy) FROM counted JOIN bucket USING (key) WHERE is_blocked) AS policies
    INTO v_result;
  IF p_audited IS NOT NULL AND v_result.is_counted THEN
    PERFORM audit(p_audited->>'failure', 'user', (p_audited->>'userId')::uuid, '{}');
  END IF;
  IF p_audited IS NOT NULL AND v_result.policies IS NOT NULL THEN
    PERFORM audit(p_audited->>'block', 'user', (p_audited->>'userId')::uuid,
      jsonb_build_object('policies', v_result.policies));
  END IF;
  RETURN jsonb_build_object('is_counted', v_result.is_counted,
    'block', CASE WHEN NOT v_result.is_counted THEN v_result.block END);
END;
$function$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION reset_counts(p_buckets jsonb)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
BEGIN
  WITH found AS MATERIALIZED (
    SELECT t.key FROM throttles t JOIN buckets_in(p_buckets) b ON b.key = t.key ORDER BY t.key FOR UPDATE OF t)
  DELETE FROM throttles WHERE key IN (SELECT key FROM found);
END;
$function$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION sign_in_counters(p_attempt jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
AS $function$
DECLARE
  v_account uuid := account_named(p_attempt->>'identifier', p_attempt->'names');
  v_key text := coalesce('id ' || v_account, 'name ' || fold_case(p_attempt->>'identifier'));
BEGIN
  IF (p_attempt->'device'->>'userId')::uuid = v_account THEN
    RETURN jsonb_build_array(p_attempt->'login_on_device' || jsonb_build_object('source', p_attempt->'device'->>'deviceId'));
  END IF;
  RETURN jsonb_build_array(p_attempt->'login' || jsonb_build_object('source', v_key || (p_attempt->>'network')))
    || CASE WHEN knows_address(v_account, p_attempt->>'address') THEN '[]'
            ELSE jsonb_build_array(p_attempt->'login_to_account' || jsonb_build_object('source', v_key)) END
    || (p_attempt->'from_address');
END;
$function$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION settle_sign_in(p_attempt jsonb, p_account uuid)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
DECLARE
  v_counters jsonb := sign_in_counters(p_attempt);
BEGIN
  PERFORM demand_open(v_counters);
  -- The first counter is that of the place: the device, or the network.
  PERFORM reset_counts(jsonb_build_array(v_counters->0));
  PERFORM demand_attempt(jsonb_build_array(p_attempt->'sign_in' || jsonb_build_object('source', p_account)));
END;
$function$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION standing_block(p_buckets jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
AS $function$
BEGIN
  RETURN (
    SELECT jsonb_build_object('policy', b.policy, 'quota', b.quota, 'window', b."window",
                              'seconds', ceil(extract(epoch FROM t.blocked_until - now()))::int)
      FROM buckets_in(p_buckets) b
      JOIN throttles t ON t.key = b.key
     WHERE t.blocked_until > now() AND t.window_ends_at > now()
     ORDER BY t.blocked_until DESC LIMIT 1);
END;
$function$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION sign_in_facts(p_attempt jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
AS $function$
DECLARE
  v_account uuid := account_named(p_attempt->>'identifier', p_attempt->'names');
  v_counters jsonb := sign_in_counters(p_attempt);
BEGIN
  IF knows_address(v_account, p_attempt->>'address') THEN
    v_counters := v_counters || jsonb_build_array(p_attempt->'sign_in' || jsonb_build_object('source', v_account));
  END IF;
  RETURN jsonb_build_object(
    'account', (
      SELECT jsonb_build_object('userId', u.id, 'passwordHash', u.password_hash, 'isActive', u.is_active) || factors_of(u.id)
        FROM users u WHERE u.id = v_account),
    'block', standing_block(v_counters));
END;
$function$;
