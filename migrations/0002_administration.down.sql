DROP INDEX "users_username_prefix";
--> statement-breakpoint
DROP INDEX "users_email_prefix";
--> statement-breakpoint
DROP INDEX "users_created";
--> statement-breakpoint
ALTER TABLE "users" DROP COLUMN "version";
--> statement-breakpoint
ALTER TABLE "roles" DROP COLUMN "version";
--> statement-breakpoint
ALTER TABLE "permissions" DROP COLUMN "version";
