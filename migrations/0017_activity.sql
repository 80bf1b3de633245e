CREATE TABLE "activity_buckets" (
	"key" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "activity_buckets_key_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"user_id" uuid NOT NULL,
	"id" text NOT NULL,
	"type" text NOT NULL,
	"client" text NOT NULL,
	"hostname" text NOT NULL,
	"data" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"reach_hours" integer DEFAULT 24 NOT NULL,
	CONSTRAINT "activity_buckets_id_key" UNIQUE("user_id","id")
);
--> statement-breakpoint
CREATE TABLE "activity_events" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "activity_events_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"bucket_key" bigint NOT NULL,
	"started_at" timestamp with time zone NOT NULL,
	"ended_at" timestamp with time zone NOT NULL,
	"data" jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "activity_settings" (
	"user_id" uuid NOT NULL,
	"key" text NOT NULL,
	"value" jsonb NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "activity_settings_user_id_key_pk" PRIMARY KEY("user_id","key")
);
--> statement-breakpoint
ALTER TABLE "activity_buckets" ADD CONSTRAINT "activity_buckets_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "activity_events" ADD CONSTRAINT "activity_events_bucket_key_activity_buckets_key_fk" FOREIGN KEY ("bucket_key") REFERENCES "public"."activity_buckets"("key") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "activity_settings" ADD CONSTRAINT "activity_settings_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "activity_events_started" ON "activity_events" USING btree ("bucket_key","started_at","id");
--> statement-breakpoint
-- The newest event of a bucket is prolonged again and again: leave it room to be, on its own page.
ALTER TABLE activity_events SET (fillfactor = 90);
--> statement-breakpoint
-- The key of p_user's bucket p_id, whose events from now on nobody else changes: PT005 if there is none.
CREATE FUNCTION lock_bucket(p_user uuid, p_id text) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
  v_key bigint;
BEGIN
  SELECT key INTO v_key FROM activity_buckets WHERE user_id = p_user AND id = p_id FOR NO KEY UPDATE;
  PERFORM demand(FOUND, 'PT005', 'There is no such bucket.');
  RETURN v_key;
END;
$$;
--> statement-breakpoint
-- Sees to it that no event of the bucket lasts longer than its reach.
CREATE FUNCTION keep_reach(p_bucket bigint, p_longest interval) RETURNS void
LANGUAGE sql AS $$
  UPDATE activity_buckets SET reach_hours = 24 * ceil(extract(epoch FROM p_longest) / 86400)
   WHERE key = p_bucket AND make_interval(hours => reach_hours) < p_longest;
$$;
--> statement-breakpoint
-- Takes a heartbeat, by the rule of ActivityWatch: where it says the same as the event before it, and comes while that lasts
-- or at most p_pulse seconds later, the event lasts until the heartbeat's end, and never gets shorter; else it is an event of
-- its own. The event before it is the newest that doesn't start after it, whenever that one came: so heartbeats out of order
-- fall in where they belong. Those of one bucket take turns.
CREATE FUNCTION merge_heartbeat(p_user uuid, p_bucket text, p_at timestamptz, p_seconds float8, p_data jsonb, p_pulse float8)
RETURNS SETOF activity_events
LANGUAGE plpgsql AS $$
DECLARE
  v_key bigint := lock_bucket(p_user, p_bucket);
  v_end timestamptz := p_at + make_interval(secs => p_seconds);
  event activity_events;
BEGIN
  SELECT * INTO event FROM activity_events
   WHERE bucket_key = v_key AND started_at <= p_at ORDER BY started_at DESC, id DESC LIMIT 1;
  IF NOT FOUND OR event.data <> p_data OR p_at > event.ended_at + make_interval(secs => p_pulse) THEN
    INSERT INTO activity_events (bucket_key, started_at, ended_at, data)
    VALUES (v_key, p_at, v_end, p_data) RETURNING * INTO event;
  ELSIF v_end > event.ended_at THEN
    UPDATE activity_events SET ended_at = v_end WHERE id = event.id RETURNING * INTO event;
  END IF;
  IF event.ended_at - event.started_at > interval '24 hours' THEN
    PERFORM keep_reach(v_key, event.ended_at - event.started_at);
  END IF;
  RETURN NEXT event;
END;
$$;
--> statement-breakpoint
-- Adds events to a bucket; one with an id takes the place of the event that has it. p_events is
-- [{"id": …, "timestamp": …, "duration": seconds, "data": {…}}]. The events come back in order.
CREATE FUNCTION store_events(p_user uuid, p_bucket text, p_events jsonb) RETURNS SETOF activity_events
LANGUAGE plpgsql AS $$
DECLARE
  v_key bigint := lock_bucket(p_user, p_bucket);
  v_longest float8;
  event record;
BEGIN
  SELECT max((e->>'duration')::float8) INTO v_longest FROM jsonb_array_elements(p_events) AS e;
  PERFORM keep_reach(v_key, make_interval(secs => v_longest));
  FOR event IN
    SELECT e.id, e.timestamp AS starts, e.timestamp + make_interval(secs => e.duration) AS ends, e.data
      FROM ROWS FROM (jsonb_to_recordset(p_events) AS (id bigint, "timestamp" timestamptz, duration float8, data jsonb))
           WITH ORDINALITY AS e (id, "timestamp", duration, data, place)
     ORDER BY place
  LOOP
    IF event.id IS NULL THEN
      RETURN QUERY INSERT INTO activity_events (bucket_key, started_at, ended_at, data)
        VALUES (v_key, event.starts, event.ends, event.data) RETURNING *;
    ELSE
      RETURN QUERY UPDATE activity_events SET started_at = event.starts, ended_at = event.ends, data = event.data
        WHERE id = event.id AND bucket_key = v_key RETURNING *;
      PERFORM demand(FOUND, 'PT005', 'There is no such event.');
    END IF;
  END LOOP;
END;
$$;
--> statement-breakpoint
-- Adds buckets and their events, but nothing that is there already: the same twice changes nothing. p_buckets is
-- [{"id": …, "type": …, "client": …, "hostname": …, "data": {…}, "events": […]}], events as store_events has them, but
-- without ids. In order of their ids, so that two imports wait for each other at most.
CREATE FUNCTION import_buckets(p_user uuid, p_buckets jsonb) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  bucket jsonb;
  v_key bigint;
  v_longest float8;
BEGIN
  FOR bucket IN SELECT b FROM jsonb_array_elements(p_buckets) AS b ORDER BY b->>'id' LOOP
    INSERT INTO activity_buckets (user_id, id, type, client, hostname, data)
    VALUES (p_user, bucket->>'id', bucket->>'type', bucket->>'client', bucket->>'hostname', bucket->'data')
    ON CONFLICT (user_id, id) DO NOTHING;
    v_key := lock_bucket(p_user, bucket->>'id');
    SELECT max((e->>'duration')::float8) INTO v_longest FROM jsonb_array_elements(bucket->'events') AS e;
    PERFORM keep_reach(v_key, make_interval(secs => v_longest));
    INSERT INTO activity_events (bucket_key, started_at, ended_at, data)
    SELECT v_key, starts, ends, data
      FROM (SELECT DISTINCT e.timestamp AS starts, e.timestamp + make_interval(secs => e.duration) AS ends, e.data
              FROM jsonb_to_recordset(bucket->'events') AS e ("timestamp" timestamptz, duration float8, data jsonb)) AS given
     WHERE NOT EXISTS (
       SELECT FROM activity_events known
        WHERE known.bucket_key = v_key AND known.started_at = starts AND known.ended_at = ends AND known.data = given.data)
     ORDER BY starts;
  END LOOP;
END;
$$;
--> statement-breakpoint
-- Up to p_limit events of p_user's buckets, or of the one with the id p_bucket, in order of bucket, start and id: those after
-- the given place. Bucket by bucket, so that no more than these are read, however many there are.
CREATE FUNCTION events_after(p_user uuid, p_bucket text, p_key bigint, p_started timestamptz, p_id bigint, p_limit int)
RETURNS SETOF activity_events
LANGUAGE plpgsql STABLE AS $$
DECLARE
  v_key bigint;
  v_left int := p_limit;
  v_found int;
  v_started timestamptz := p_started;
  v_id bigint := p_id;
BEGIN
  FOR v_key IN
    SELECT key FROM activity_buckets
     WHERE user_id = p_user AND (p_bucket IS NULL OR id = p_bucket) AND key >= p_key ORDER BY key
  LOOP
    IF v_key > p_key THEN
      v_started := '-infinity';
      v_id := 0;
    END IF;
    RETURN QUERY SELECT * FROM activity_events e
      WHERE e.bucket_key = v_key AND (e.started_at, e.id) > (v_started, v_id)
      ORDER BY e.started_at, e.id LIMIT v_left;
    GET DIAGNOSTICS v_found = ROW_COUNT;
    v_left := v_left - v_found;
    EXIT WHEN v_left = 0;
  END LOOP;
END;
$$;
