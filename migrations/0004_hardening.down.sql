ALTER TABLE "users" DROP COLUMN "email_verified_at";
--> statement-breakpoint
ALTER TABLE "sessions" DROP COLUMN "authenticated_at", DROP COLUMN "device_id", DROP COLUMN "user_agent", DROP COLUMN "address";
--> statement-breakpoint
CREATE TABLE "login_failures" (
	"key" text PRIMARY KEY NOT NULL,
	"failures" integer NOT NULL,
	"window_ends_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE INDEX "login_failures_window" ON "login_failures" USING btree ("window_ends_at");
--> statement-breakpoint
DROP TABLE "throttles", "personal_tokens", "one_time_tokens", "idempotency_keys", "totp_factors", "recovery_codes", "passkeys", "audit_events";
