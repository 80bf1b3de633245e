CREATE OR REPLACE FUNCTION bound_sessions()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
  IF EXISTS (SELECT FROM sessions WHERE user_id = NEW.user_id AND revoked_at IS NULL OFFSET 500) THEN
    UPDATE sessions SET revoked_at = now(), revoked_for = 'replaced'
     WHERE id IN (SELECT id FROM sessions WHERE user_id = NEW.user_id AND revoked_at IS NULL AND id <> NEW.id
                   ORDER BY rotated_at DESC, id OFFSET 499);
  END IF;
  RETURN NULL;
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
      FROM buckets_in(p_buckets) b,
           -- The offset keeps PostgreSQL from reading the whole table: it expects many buckets.
           LATERAL (SELECT blocked_until, window_ends_at FROM throttles WHERE key = b.key OFFSET 0) AS t
     WHERE t.blocked_until > now() AND t.window_ends_at > now()
     ORDER BY t.blocked_until DESC LIMIT 1);
END;
$function$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION count_attempt(p_buckets jsonb, p_audited jsonb DEFAULT NULL::jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
AS $function$
DECLARE
  v_block jsonb;
  v_is_blocked boolean;
  v_blocking text[] := '{}';
  bucket record;
BEGIN
  -- The count of a single bucket locks its row.
  IF jsonb_array_length(p_buckets) > 1 THEN
    PERFORM FROM (SELECT key FROM buckets_in(p_buckets) ORDER BY key) AS b,
            LATERAL (SELECT FROM throttles t WHERE t.key = b.key FOR UPDATE) AS locked;
    v_block := standing_block(p_buckets);
  END IF;
  IF v_block IS NULL THEN
    FOR bucket IN SELECT * FROM buckets_in(p_buckets) ORDER BY key LOOP
      INSERT INTO throttles AS t (key, attempts, window_ends_at, blocked_until)
      SELECT bucket.key, state.attempts, state.window_ends_at, state.blocked_until
        FROM next_count(0, now(), bucket.quota, bucket."window", bucket.first_delay, bucket.longest_delay) AS state
      ON CONFLICT (key) DO UPDATE SET (attempts, window_ends_at, blocked_until) = (
        SELECT state.attempts, state.window_ends_at, state.blocked_until
          FROM next_count(t.attempts, t.window_ends_at, bucket.quota, bucket."window", bucket.first_delay, bucket.longest_delay) AS state)
      WHERE t.blocked_until IS NULL OR least(t.blocked_until, t.window_ends_at) <= now()
      RETURNING t.blocked_until > now() INTO v_is_blocked;
      IF NOT FOUND THEN
        v_block := standing_block(p_buckets);
        EXIT;
      ELSIF v_is_blocked THEN
        v_blocking := v_blocking || bucket.policy;
      END IF;
    END LOOP;
  END IF;
  IF p_audited IS NOT NULL AND v_block IS NULL THEN
    PERFORM audit(p_audited->>'failure', 'user', (p_audited->>'userId')::uuid, '{}');
  END IF;
  IF p_audited IS NOT NULL AND v_blocking <> '{}' THEN
    PERFORM audit(p_audited->>'block', 'user', (p_audited->>'userId')::uuid,
      jsonb_build_object('policies', to_jsonb(v_blocking)));
  END IF;
  RETURN jsonb_build_object('is_counted', v_block IS NULL, 'block', v_block);
END;
$function$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION knows_address(p_account uuid, p_address text)
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE
AS $function$
BEGIN
  RETURN EXISTS (
    SELECT FROM sessions
     WHERE user_id = p_account AND address = p_address AND revoked_at IS NULL AND rotated_at > now() - interval '30 days');
END;
$function$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION reset_counts(p_buckets jsonb)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
DECLARE
  v_key text;
BEGIN
  FOR v_key IN SELECT key FROM buckets_in(p_buckets) ORDER BY key LOOP
    DELETE FROM throttles WHERE key = v_key;
  END LOOP;
END;
$function$;
