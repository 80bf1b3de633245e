-- Whoever has settings may have chosen the zone in them; who has none yet has not.
ALTER TABLE "time_settings" ADD COLUMN "zone_is_default" boolean DEFAULT false NOT NULL;
--> statement-breakpoint
ALTER TABLE "time_settings" ALTER COLUMN "zone_is_default" SET DEFAULT true;
--> statement-breakpoint
-- Notes that a zone was chosen by a person, or told by their client: whoever writes it, the same again is a choice too.
CREATE FUNCTION note_zone() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  NEW.zone_is_default := TG_OP = 'INSERT' AND NEW.timezone = 'UTC';
  RETURN NEW;
END;
$$;
--> statement-breakpoint
CREATE TRIGGER note_zone BEFORE INSERT OR UPDATE OF timezone ON time_settings
FOR EACH ROW EXECUTE FUNCTION note_zone();
