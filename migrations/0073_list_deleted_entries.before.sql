CREATE INDEX CONCURRENTLY IF NOT EXISTS time_entries_deleted ON time_entries USING btree (owner_id, started_at, id) WHERE is_deleted;
