DROP FUNCTION erase_mentions(text[], int, timestamptz, uuid);
--> statement-breakpoint
DROP FUNCTION erase_records(uuid, int);
--> statement-breakpoint
DROP FUNCTION begin_erasure(uuid, int);
--> statement-breakpoint
DROP FUNCTION without_names(jsonb, text[]);
--> statement-breakpoint
DROP FUNCTION names_person(text, text[]);
--> statement-breakpoint
DROP FUNCTION impersonal_details(jsonb);
--> statement-breakpoint
CREATE OR REPLACE FUNCTION keep_audit_events() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' AND current_setting('audit.retention', true) = 'on' THEN
    RETURN OLD;
  END IF;
  RAISE EXCEPTION 'audit events are never changed';
END;
$$;
--> statement-breakpoint
DROP INDEX "users_deleted";
--> statement-breakpoint
DROP INDEX "goals_by_tag_id";
--> statement-breakpoint
DROP INDEX "goals_by_task_id";
--> statement-breakpoint
DROP INDEX "goals_by_project_id";
--> statement-breakpoint
DROP INDEX "goals_by_client_id";
--> statement-breakpoint
DROP TABLE "erasures";
