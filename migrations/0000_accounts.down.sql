DROP TABLE "login_failures";
--> statement-breakpoint
DROP TABLE "sessions";
--> statement-breakpoint
DROP TABLE "user_roles";
--> statement-breakpoint
DROP TABLE "role_permissions";
--> statement-breakpoint
DROP TABLE "permissions";
--> statement-breakpoint
DROP TABLE "roles";
--> statement-breakpoint
DROP TABLE "users";
