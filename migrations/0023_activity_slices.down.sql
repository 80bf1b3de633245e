DROP FUNCTION activity_slices(uuid, date, date, text, int, timestamptz);
