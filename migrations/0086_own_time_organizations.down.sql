DROP FUNCTION organizations_of_own_time(uuid, text);
