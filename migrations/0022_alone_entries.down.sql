DROP TRIGGER time_entries_alone ON time_entries;
--> statement-breakpoint
DROP FUNCTION tell_alone();
--> statement-breakpoint
ALTER TABLE "time_entries" DROP COLUMN "is_alone";
