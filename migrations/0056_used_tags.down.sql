DROP TRIGGER keep_used_tag ON tags;
--> statement-breakpoint
DROP FUNCTION keep_used_tag();
