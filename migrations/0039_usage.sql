CREATE TABLE "account_usage" (
	"user_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"count" bigint NOT NULL,
	CONSTRAINT "account_usage_user_id_kind_pk" PRIMARY KEY("user_id","kind")
);
--> statement-breakpoint
ALTER TABLE "account_usage" ADD CONSTRAINT "account_usage_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
INSERT INTO account_usage (user_id, kind, count)
SELECT owner_id, 'time_entries', count(*) FROM time_entries GROUP BY 1
UNION ALL
SELECT user_id, 'heartbeats', count(*) FROM heartbeats GROUP BY 1
UNION ALL
SELECT b.user_id, 'activity_events', count(*) FROM activity_events JOIN activity_buckets b ON b.key = bucket_key GROUP BY 1;
--> statement-breakpoint
-- Rounds a number of rows to hundreds at random, so that it is right on average: what writes one row seldom writes a count too.
CREATE FUNCTION sampled(p_count bigint) RETURNS bigint
LANGUAGE sql VOLATILE AS $$
  SELECT (p_count + floor(random() * 100)::bigint) / 100 * 100;
$$;
--> statement-breakpoint
-- Adds rows to what an account has, and refuses them if it had all that it may have (PT004). The count may be off by about 1 %.
CREATE FUNCTION add_usage(p_user uuid, p_kind text, p_count bigint, p_most bigint, p_label text) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  v_added bigint := sampled(p_count);
BEGIN
  IF EXISTS (SELECT FROM account_usage WHERE user_id = p_user AND kind = p_kind AND count >= p_most) THEN
    RAISE EXCEPTION 'An account can have about % % at most, deleted ones included. Ask an administrator for help.', p_most, p_label
      USING ERRCODE = 'PT004';
  END IF;
  IF v_added > 0 THEN
    INSERT INTO account_usage AS u (user_id, kind, count) VALUES (p_user, p_kind, v_added)
    ON CONFLICT (user_id, kind) DO UPDATE SET count = u.count + excluded.count;
  END IF;
END;
$$;
--> statement-breakpoint
CREATE FUNCTION reduce_usage(p_user uuid, p_kind text, p_count bigint) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  v_removed bigint := sampled(p_count);
BEGIN
  IF v_removed > 0 THEN
    UPDATE account_usage SET count = greatest(0, count - v_removed) WHERE user_id = p_user AND kind = p_kind;
  END IF;
END;
$$;
--> statement-breakpoint
CREATE FUNCTION count_time_entries() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    PERFORM add_usage(owner_id, 'time_entries', count(*), 1000000, 'time entries') FROM changed GROUP BY owner_id ORDER BY owner_id;
  ELSE
    PERFORM reduce_usage(owner_id, 'time_entries', count(*)) FROM changed GROUP BY owner_id ORDER BY owner_id;
  END IF;
  RETURN NULL;
END;
$$;
--> statement-breakpoint
CREATE TRIGGER count_added AFTER INSERT ON time_entries REFERENCING NEW TABLE AS changed
FOR EACH STATEMENT EXECUTE FUNCTION count_time_entries();
--> statement-breakpoint
CREATE TRIGGER count_removed AFTER DELETE ON time_entries REFERENCING OLD TABLE AS changed
FOR EACH STATEMENT EXECUTE FUNCTION count_time_entries();
--> statement-breakpoint
CREATE FUNCTION count_heartbeats() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    PERFORM add_usage(user_id, 'heartbeats', count(*), 20000000, 'heartbeats') FROM changed GROUP BY user_id ORDER BY user_id;
  ELSE
    PERFORM reduce_usage(user_id, 'heartbeats', count(*)) FROM changed GROUP BY user_id ORDER BY user_id;
  END IF;
  RETURN NULL;
END;
$$;
--> statement-breakpoint
CREATE TRIGGER count_added AFTER INSERT ON heartbeats REFERENCING NEW TABLE AS changed
FOR EACH STATEMENT EXECUTE FUNCTION count_heartbeats();
--> statement-breakpoint
CREATE TRIGGER count_removed AFTER DELETE ON heartbeats REFERENCING OLD TABLE AS changed
FOR EACH STATEMENT EXECUTE FUNCTION count_heartbeats();
--> statement-breakpoint
CREATE FUNCTION count_activity_events() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    PERFORM add_usage(b.user_id, 'activity_events', count(*), 20000000, 'events')
       FROM changed JOIN activity_buckets b ON b.key = bucket_key GROUP BY b.user_id ORDER BY b.user_id;
  ELSE
    PERFORM reduce_usage(b.user_id, 'activity_events', count(*))
       FROM changed JOIN activity_buckets b ON b.key = bucket_key GROUP BY b.user_id ORDER BY b.user_id;
  END IF;
  RETURN NULL;
END;
$$;
--> statement-breakpoint
CREATE TRIGGER count_added AFTER INSERT ON activity_events REFERENCING NEW TABLE AS changed
FOR EACH STATEMENT EXECUTE FUNCTION count_activity_events();
--> statement-breakpoint
CREATE TRIGGER count_removed AFTER DELETE ON activity_events REFERENCING OLD TABLE AS changed
FOR EACH STATEMENT EXECUTE FUNCTION count_activity_events();
--> statement-breakpoint
-- The events that go with a bucket can't tell any more whose they were.
CREATE FUNCTION count_events_of_bucket() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  PERFORM reduce_usage(OLD.user_id, 'activity_events', (SELECT count(*) FROM activity_events WHERE bucket_key = OLD.key));
  RETURN OLD;
END;
$$;
--> statement-breakpoint
CREATE TRIGGER count_removed BEFORE DELETE ON activity_buckets FOR EACH ROW EXECUTE FUNCTION count_events_of_bucket();
--> statement-breakpoint
-- Refuses records beyond the most that a deployment may have, deleted ones included. Arguments as of bound_kind.
CREATE FUNCTION bound_all() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
  v_most int := TG_ARGV[0];
  v_count int;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('all ' || TG_TABLE_NAME, 0));
  EXECUTE format('SELECT count(*) FROM (SELECT FROM %I LIMIT $1) AS found', TG_TABLE_NAME) INTO v_count USING v_most + 1;
  IF v_count > v_most THEN
    RAISE EXCEPTION 'There can be % % at most, deleted ones included. Rename one that exists.', v_most, TG_ARGV[1]
      USING ERRCODE = 'PT004';
  END IF;
  RETURN NULL;
END;
$$;
--> statement-breakpoint
CREATE TRIGGER bound_all AFTER INSERT ON roles FOR EACH STATEMENT EXECUTE FUNCTION bound_all(10000, 'roles');
--> statement-breakpoint
CREATE TRIGGER bound_all AFTER INSERT ON permissions FOR EACH STATEMENT EXECUTE FUNCTION bound_all(10000, 'permissions');
