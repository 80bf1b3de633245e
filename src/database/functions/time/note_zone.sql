-- Records whether the zone of a user's settings is only the default. Any write of the zone, even of an equal one, is a
-- choice by the user or their client.
CREATE OR REPLACE FUNCTION note_zone() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  NEW.zone_is_default := TG_OP = 'INSERT' AND NEW.timezone = 'UTC';
  RETURN NEW;
END;
$$;
--> statement-breakpoint
CREATE TRIGGER note_zone BEFORE INSERT OR UPDATE OF timezone ON time_settings
FOR EACH ROW EXECUTE FUNCTION note_zone();
