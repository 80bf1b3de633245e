CREATE TABLE "activity_rules" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone,
	"is_deleted" boolean DEFAULT false NOT NULL,
	"deleted_at" timestamp (3) with time zone,
	"version" integer DEFAULT 1 NOT NULL,
	"owner_id" uuid NOT NULL,
	"position" integer NOT NULL,
	"field" text NOT NULL,
	"match" text NOT NULL,
	"pattern" text NOT NULL,
	"project_id" uuid,
	"category" text,
	"productivity" smallint,
	CONSTRAINT "activity_rules_productivity" CHECK ("activity_rules"."productivity" between -2 and 2)
);
--> statement-breakpoint
ALTER TABLE "activity_rules" ADD CONSTRAINT "activity_rules_owner_id_users_id_fk" FOREIGN KEY ("owner_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "activity_rules" ADD CONSTRAINT "activity_rules_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "activity_rules_by_owner" ON "activity_rules" USING btree ("owner_id") WHERE not "activity_rules"."is_deleted";--> statement-breakpoint
CREATE INDEX "activity_rules_by_project" ON "activity_rules" USING btree ("project_id");