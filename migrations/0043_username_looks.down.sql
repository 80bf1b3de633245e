-- What letters looked like before, for the same names.
DO $migration$
DECLARE
  v_changes jsonb := $changes${
    "ɮ":"lȝ","ʤ":"dȝ","\u0345":"l","Ҙ":"ɜ\u0326","ҙ":"ɜ\u0326","Ӏ":"i","ӏ":"i","ჳ":"ȝ",
    "\u147e":"\u00b7\u1472","\u147f":"\u1472\u00b7","\u1480":"\u00b7\u1473","\u1481":"\u1473\u00b7",
    "\u1488":"\u1472'","\u150e":"\u150b\u1472","\u1583":"\u1550\u1472","\u1584":"\u1550\u1473","Ჳ":"ȝ",
    "ᴈ":"ɜ","ᴤ":"ƨ","ꭕ":"χ"}$changes$;
  v_added text[] := '{ᑲ,ᑳ,ᲁ,ᲆ,ᲇ,ᲈ,𡿨}';
  v_definition text := pg_get_functiondef('username_skeleton(text)'::regprocedure);
  v_looks text := substring(v_definition FROM '\$looks\$(.*)\$looks\$');
  v_letters text := '[' || (SELECT string_agg(letter, '') FROM jsonb_object_keys(v_changes) AS letter) || array_to_string(v_added, '') || ']';
  v_users uuid[];
  v_names text[];
BEGIN
  SELECT array_agg(id), array_agg(username) INTO v_users, v_names
    FROM users WHERE octet_length(username) > char_length(username) AND normalize(username, NFKD) ~ v_letters;
  ALTER TABLE users DISABLE TRIGGER USER;
  UPDATE users SET username = id::text WHERE id = ANY (v_users);
  EXECUTE replace(v_definition, v_looks, ((v_looks::jsonb - v_added) || v_changes)::text);
  UPDATE users SET username = name FROM unnest(v_users, v_names) AS changed (owner, name) WHERE id = owner;
  ALTER TABLE users ENABLE TRIGGER USER;
END;
$migration$;
