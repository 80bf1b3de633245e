-- Returns whether Postgres's copy of the IANA database has a zone of a name, in any letter case. The colon, which
-- every conversion here puts before a name, means "the file of that name": without it Postgres takes CET, EET, MET and
-- WET for abbreviations, which have no summer time, accepts abbreviations that are not zones (IST), and reads any
-- other text as a POSIX rule. Copies of the database that some systems keep in separate folders, and files that name
-- no place, are refused.
--
-- Parameters
--   p_zone  the name
CREATE OR REPLACE FUNCTION is_zone(p_zone text) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
BEGIN
  PERFORM now() AT TIME ZONE (':' || p_zone);
  RETURN p_zone !~* '^((posix|right)/|(factory|localtime|posixrules)$)';
EXCEPTION WHEN invalid_parameter_value THEN
  RETURN false;
END;
$$;
