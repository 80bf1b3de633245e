CREATE INDEX "activity_rules_of_owner" ON "activity_rules" USING btree ("owner_id");--> statement-breakpoint
CREATE INDEX "calendar_feeds_of_owner" ON "calendar_feeds" USING btree ("owner_id");--> statement-breakpoint
CREATE INDEX "clients_of_owner" ON "clients" USING btree ("owner_id");--> statement-breakpoint
CREATE INDEX "goals_of_owner" ON "goals" USING btree ("owner_id");--> statement-breakpoint
CREATE INDEX "projects_of_owner" ON "projects" USING btree ("owner_id");--> statement-breakpoint
CREATE INDEX "tags_of_owner" ON "tags" USING btree ("owner_id");--> statement-breakpoint
CREATE INDEX "tasks_of_owner" ON "tasks" USING btree ("owner_id");--> statement-breakpoint
-- Refuses records of a kind beyond the most that an account may have, deleted ones included, since these are kept too. The
-- arguments are the most and what the records are called. Those who add to the same account take turns.
CREATE FUNCTION bound_kind() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
  v_most int := TG_ARGV[0];
  v_owner uuid;
  v_count int;
BEGIN
  FOR v_owner IN SELECT DISTINCT owner_id FROM added ORDER BY 1 LOOP
    PERFORM pg_advisory_xact_lock(hashtextextended(TG_TABLE_NAME || ' of ' || v_owner, 0));
    EXECUTE format('SELECT count(*) FROM (SELECT FROM %I WHERE owner_id = $1 LIMIT $2) AS found', TG_TABLE_NAME)
       INTO v_count USING v_owner, v_most + 1;
    IF v_count > v_most THEN
      RAISE EXCEPTION 'An account can have % % at most, deleted ones included. Rename or restore one that you have.', v_most, TG_ARGV[1]
        USING ERRCODE = 'PT004';
    END IF;
  END LOOP;
  RETURN NULL;
END;
$$;
--> statement-breakpoint
CREATE TRIGGER bound_kind AFTER INSERT ON clients REFERENCING NEW TABLE AS added
FOR EACH STATEMENT EXECUTE FUNCTION bound_kind(10000, 'clients');
--> statement-breakpoint
CREATE TRIGGER bound_kind AFTER INSERT ON projects REFERENCING NEW TABLE AS added
FOR EACH STATEMENT EXECUTE FUNCTION bound_kind(10000, 'projects');
--> statement-breakpoint
CREATE TRIGGER bound_kind AFTER INSERT ON tasks REFERENCING NEW TABLE AS added
FOR EACH STATEMENT EXECUTE FUNCTION bound_kind(50000, 'tasks');
--> statement-breakpoint
CREATE TRIGGER bound_kind AFTER INSERT ON tags REFERENCING NEW TABLE AS added
FOR EACH STATEMENT EXECUTE FUNCTION bound_kind(10000, 'tags');
--> statement-breakpoint
CREATE TRIGGER bound_kind AFTER INSERT ON goals REFERENCING NEW TABLE AS added
FOR EACH STATEMENT EXECUTE FUNCTION bound_kind(1000, 'goals');
--> statement-breakpoint
CREATE TRIGGER bound_kind AFTER INSERT ON activity_rules REFERENCING NEW TABLE AS added
FOR EACH STATEMENT EXECUTE FUNCTION bound_kind(10000, 'rules');
--> statement-breakpoint
CREATE TRIGGER bound_kind AFTER INSERT ON calendar_feeds REFERENCING NEW TABLE AS added
FOR EACH STATEMENT EXECUTE FUNCTION bound_kind(10000, 'feeds');
--> statement-breakpoint
-- An account has 500 open sessions at most: one more ends the one that was refreshed longest ago, so that its owner always gets in.
CREATE FUNCTION bound_sessions() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  UPDATE sessions SET revoked_at = now(), revoked_for = 'replaced'
   WHERE id IN (SELECT id FROM sessions WHERE user_id = NEW.user_id AND revoked_at IS NULL AND id <> NEW.id
                 ORDER BY rotated_at DESC, id OFFSET 499);
  RETURN NULL;
END;
$$;
--> statement-breakpoint
CREATE TRIGGER bound_sessions AFTER INSERT ON sessions FOR EACH ROW EXECUTE FUNCTION bound_sessions();
