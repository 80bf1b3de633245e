DROP TRIGGER keep_a_superuser ON users;
--> statement-breakpoint
DROP FUNCTION keep_a_superuser();
--> statement-breakpoint
DROP FUNCTION user_tag(uuid);
--> statement-breakpoint
DROP FUNCTION role_tag(uuid);
--> statement-breakpoint
DROP FUNCTION grants_of_role(uuid);
--> statement-breakpoint
DROP FUNCTION holds_all(uuid, text[]);
--> statement-breakpoint
DROP FUNCTION demand(boolean, text, text);
