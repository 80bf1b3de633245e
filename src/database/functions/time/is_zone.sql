-- Returns whether Postgres's copy of the IANA database has a zone of a name, in any case. The colon, which every
-- conversion here puts before a name, means "the file of that name": without it Postgres takes CET, EET, MET and WET
-- for abbreviations, which know no summer time, accepts abbreviations that are no zones (IST), and reads any other
-- text as a rule of POSIX. Copies of the database that some systems keep in folders of their own, and files that name
-- no place, are no zones.
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
