-- up
-- The same in PL/pgSQL, which keeps its plan from call to call: half the time of a short search went into planning it.
CREATE OR REPLACE FUNCTION grams_query(folded text) RETURNS tsquery
  LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
  RETURN (
    SELECT string_agg('''' || replace(replace(substr(folded, i, 3), '\', '\\'), '''', '''''') || '''' ||
                      CASE WHEN char_length(folded) < 3 THEN ':*' ELSE '' END, '&')::tsquery
    FROM generate_series(1, greatest(char_length(folded) - 2, 1)) AS i);
END
$$;

-- down
CREATE OR REPLACE FUNCTION grams_query(folded text) RETURNS tsquery
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  RETURN (
    SELECT string_agg('''' || replace(replace(substr(folded, i, 3), '\', '\\'), '''', '''''') || '''' ||
                      CASE WHEN char_length(folded) < 3 THEN ':*' ELSE '' END, '&')::tsquery
    FROM generate_series(1, greatest(char_length(folded) - 2, 1)) AS i);
