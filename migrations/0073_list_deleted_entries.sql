-- Even IF NOT EXISTS would lock the table.
DO $$ BEGIN
  IF to_regclass('time_entries_deleted') IS NULL THEN
    CREATE INDEX "time_entries_deleted" ON "time_entries" USING btree ("owner_id","started_at","id") WHERE "time_entries"."is_deleted";
  END IF;
END $$;
