DROP FUNCTION decides(uuid, uuid, text, text, text, text[]);
--> statement-breakpoint
DROP FUNCTION grants_of_user(uuid);
--> statement-breakpoint
DROP FUNCTION grants_with_permission(uuid);
--> statement-breakpoint
DROP FUNCTION has_rank_over(uuid, uuid);
--> statement-breakpoint
DROP FUNCTION may_do(uuid, text, text, text, text[]);
--> statement-breakpoint
DROP FUNCTION owners_of(text, text);
--> statement-breakpoint
DROP FUNCTION uuid_in_text(text);
