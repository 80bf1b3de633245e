-- Returns the form in which names are compared: names that differ only in case, or in how Unicode encodes their
-- letters, have one form. It is the lower case of ICU's root locale in NFC, with one small sigma (RFC 8265, 3.3.2) and
-- a plain "i" for the Turkish capital "İ". It is the same on every server, while lower() alone depends on the locale
-- of the database. Indexes depend on it: reindex after a change.
--
-- Parameters
--   p_text  the name
CREATE OR REPLACE FUNCTION fold_case(p_text text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE
    WHEN octet_length(p_text) = char_length(p_text) THEN lower(p_text COLLATE "C")
    ELSE replace(replace(
      CASE WHEN lower(p_text COLLATE "und-x-icu") IS NFC NORMALIZED THEN lower(p_text COLLATE "und-x-icu")
           ELSE normalize(lower(p_text COLLATE "und-x-icu"), NFC) END,
      'ς', 'σ'), E'i\u0307', 'i') COLLATE "C" END;
$$;
