DROP FUNCTION move_project(uuid, uuid, boolean);
--> statement-breakpoint
DROP FUNCTION organize(jsonb, uuid, uuid[], jsonb, boolean);
--> statement-breakpoint
DROP FUNCTION plan_move(uuid, uuid, boolean);
