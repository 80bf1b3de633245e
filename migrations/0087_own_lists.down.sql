DROP FUNCTION count_own_records(text, uuid, integer);
