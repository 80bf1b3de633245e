CREATE TABLE "preferences" (
	"user_id" uuid PRIMARY KEY NOT NULL,
	"language" text,
	"theme" text DEFAULT 'system' NOT NULL,
	"first_page" text DEFAULT 'today' NOT NULL,
	"has_single_key_shortcuts" boolean DEFAULT true NOT NULL,
	"hour_cycle" text,
	"updated_at" timestamp (3) with time zone,
	"version" integer DEFAULT 1 NOT NULL,
	CONSTRAINT "preferences_language" CHECK (char_length("preferences"."language") <= 35)
);
--> statement-breakpoint
ALTER TABLE "preferences" ADD CONSTRAINT "preferences_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;
