DROP TRIGGER keep_usernames_apart ON users;
--> statement-breakpoint
DROP TRIGGER keep_new_usernames_apart ON users;
--> statement-breakpoint
DROP FUNCTION keep_usernames_apart();
--> statement-breakpoint
DROP INDEX "users_username_skeleton";
--> statement-breakpoint
DROP FUNCTION username_skeleton(text);
