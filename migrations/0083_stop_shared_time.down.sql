DROP TRIGGER stop_shared_time ON users;
--> statement-breakpoint
DROP FUNCTION stop_shared_time();
