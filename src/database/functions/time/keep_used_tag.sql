-- Keeps a tag that a time entry has from being removed, even if the entry gets it at that moment: the foreign key
-- would remove it from the entry. A tag is still removed with the account of its owner.
--
-- Raises
--   23503  a time entry has the tag
CREATE OR REPLACE FUNCTION keep_used_tag() RETURNS trigger
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
