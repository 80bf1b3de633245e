-- Keeps a tag that a time entry has, whatever removes tags, also where the entry gets it at the same time: the foreign key would take it
-- off the entry. A tag goes with its owner's account all the same.
CREATE FUNCTION keep_used_tag() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM time_entry_tags WHERE tag_id = OLD.id) AND EXISTS (SELECT FROM users WHERE id = OLD.owner_id) THEN
    RAISE EXCEPTION 'A time entry has the tag %.', OLD.id USING ERRCODE = 'foreign_key_violation';
  END IF;
  RETURN OLD;
END;
$$;
--> statement-breakpoint
CREATE TRIGGER keep_used_tag BEFORE DELETE ON tags FOR EACH ROW EXECUTE FUNCTION keep_used_tag();
