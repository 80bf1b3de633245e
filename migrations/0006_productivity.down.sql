DROP TABLE "calendar_feeds", "goals", "time_entry_tags", "time_entries", "tags", "tasks", "projects", "clients", "time_settings";
