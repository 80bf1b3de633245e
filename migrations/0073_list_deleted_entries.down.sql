DROP INDEX "time_entries_deleted";
