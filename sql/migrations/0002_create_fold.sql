-- up
-- ICU's rules instead of the database's locale: the same answer in every cluster. Capital sigma has two small forms, sharp s
-- has a capital spelling of two letters, and the dotted capital i would become two code points.
CREATE FUNCTION fold(value text) RETURNS text
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  RETURN replace(translate(lower(translate(value, 'İ', 'i') COLLATE "und-x-icu"), 'ς', 'σ'), 'ß', 'ss');
COMMENT ON FUNCTION fold IS 'The text without regard to case, for comparing and searching; never shown to anybody';

CREATE FUNCTION name_key(name text) RETURNS text
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  RETURN normalize(fold(normalize(name, NFC)), NFC);
COMMENT ON FUNCTION name_key IS 'Two user names with the same key are the same name: case and Unicode composition do not count';

-- down
DROP FUNCTION name_key(text);
DROP FUNCTION fold(text);
