-- What letters look like, by Unicode 13 (the npm package unhomoglyph 1.0.6, MIT) and for Cyrillic palochkas, which are bars: those for
-- which that is new (src/cli/confusables.ts). Entries of the index users_username_skeleton are rebuilt for the names that have such
-- letters, by giving these names away and back: no other transaction sees that, and no trigger. Names that look alike by now
-- stay; `npm run upgrade` lists them. What is new is written after what was there, where it counts and the way down can take it away.
DO $migration$
DECLARE
  v_changes text := $changes${
    "ɮ":"l3","ʤ":"d3","\u0345":"\u0328","Ҙ":"3\u0326","ҙ":"3\u0326","Ӏ":"l","ӏ":"l","ჳ":"3",
    "\u1472":"b","\u1473":"b\u0307","\u147e":"\u00b7b","\u147f":"b\u00b7","\u1480":"\u00b7b\u0307",
    "\u1481":"b\u0307\u00b7","\u1488":"b'","\u150e":"\u150bb","\u1583":"\u1550b",
    "\u1584":"\u1550b\u0307","ᲁ":"д","ᲆ":"\u02c9b","ᲇ":"b\u0335","ᲈ":"ꙋ","Ჳ":"3","ᴈ":"3","ᴤ":"2",
    "ꭕ":"x","\ud847\udfe8":"\u276c"}$changes$;
  v_definition text := pg_get_functiondef('username_skeleton(text)'::regprocedure);
  v_looks text := substring(v_definition FROM '\$looks\$(.*)\$looks\$');
  v_letters text := '[' || (SELECT string_agg(letter, '') FROM jsonb_object_keys(v_changes::jsonb) AS letter) || ']';
  v_users uuid[];
  v_names text[];
BEGIN
  SELECT array_agg(id), array_agg(username) INTO v_users, v_names
    FROM users WHERE octet_length(username) > char_length(username) AND normalize(username, NFKD) ~ v_letters;
  ALTER TABLE users DISABLE TRIGGER USER;
  UPDATE users SET username = id::text WHERE id = ANY (v_users);
  EXECUTE replace(v_definition, v_looks, left(v_looks, -1) || ',' || substr(v_changes, 2));
  UPDATE users SET username = name FROM unnest(v_users, v_names) AS changed (owner, name) WHERE id = owner;
  ALTER TABLE users ENABLE TRIGGER USER;
END;
$migration$;
