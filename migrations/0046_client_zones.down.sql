DROP TRIGGER note_zone ON time_settings;
--> statement-breakpoint
DROP FUNCTION note_zone();
--> statement-breakpoint
ALTER TABLE "time_settings" DROP COLUMN "zone_is_default";
