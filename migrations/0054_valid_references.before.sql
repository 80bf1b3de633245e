CREATE INDEX CONCURRENTLY IF NOT EXISTS time_entries_by_import ON time_entries USING btree (import_id) WHERE import_id is not null;
