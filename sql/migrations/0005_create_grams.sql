-- up
-- Three times the text cut in pieces of three, beginning at its first, second and third code point: all runs of three, and
-- at the end the last two and the last one. So one or two code points are the beginning of some gram wherever they stand.
-- The pieces are told apart by U+0001, which no thought may hold.
CREATE FUNCTION grams(folded text) RETURNS tsvector
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  RETURN array_to_tsvector(string_to_array(substr(
    regexp_replace(folded, '.{1,3}', E'\x01\\&', 'g') ||
    regexp_replace(substr(folded, 2), '.{1,3}', E'\x01\\&', 'g') ||
    regexp_replace(substr(folded, 3), '.{1,3}', E'\x01\\&', 'g'), 2), E'\x01'));
COMMENT ON FUNCTION grams IS 'All runs of three code points of a folded text, and its ends';

CREATE FUNCTION grams_query(folded text) RETURNS tsquery
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  RETURN (
    SELECT string_agg('''' || replace(replace(substr(folded, i, 3), '\', '\\'), '''', '''''') || '''' ||
                      CASE WHEN char_length(folded) < 3 THEN ':*' ELSE '' END, '&')::tsquery
    FROM generate_series(1, greatest(char_length(folded) - 2, 1)) AS i);
COMMENT ON FUNCTION grams_query IS 'What grams() of every text that holds this one must match; the text itself is still to be compared';

-- down
DROP FUNCTION grams_query(text);
DROP FUNCTION grams(text);
