-- Many thoughts at once: a row added to the search index costs several times what it costs to build the index at the end. Dropping
-- and making it is the owner's right; these functions lend that right, and nothing else of the owner's, to the import.
-- up
CREATE FUNCTION drop_search_index() RETURNS void
  LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  DROP INDEX IF EXISTS thoughts_grams_0, thoughts_grams_1
$$;
COMMENT ON FUNCTION drop_search_index IS 'Before a bulk load; make_search_index for both halves must follow';

-- As in 0006; sql/seed/fill_test compares.
CREATE FUNCTION make_search_index(half int) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET maintenance_work_mem = '512MB' AS $$
BEGIN
  IF half NOT IN (0, 1) THEN
    RAISE EXCEPTION 'the search index has the halves 0 and 1';
  END IF;
  IF to_regclass('thoughts_grams_' || half) IS NOT NULL THEN
    RETURN;
  END IF;
  EXECUTE format('CREATE INDEX IF NOT EXISTS thoughts_grams_%1$s ON thoughts USING gin (grams(folded)) '
                 'WITH (fastupdate = off) WHERE id %% 2 = %1$s', half);
  EXECUTE format('COMMENT ON INDEX thoughts_grams_%s IS '
                 '''Search by substrings of any length, docs/decisions/0002-search-by-grams.md''', half);
END
$$;
COMMENT ON FUNCTION make_search_index IS 'One half of the search index (ids even or odd), if it is not there; two sessions make both at once';

CREATE FUNCTION analyze_thoughts() RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  ANALYZE users, thoughts;
END
$$;
COMMENT ON FUNCTION analyze_thoughts IS 'Fresh statistics after a bulk load';

REVOKE ALL ON FUNCTION drop_search_index, make_search_index, analyze_thoughts FROM PUBLIC;
GRANT EXECUTE ON FUNCTION drop_search_index, make_search_index, analyze_thoughts TO import_service;

-- down
DROP FUNCTION analyze_thoughts();
DROP FUNCTION make_search_index(int);
DROP FUNCTION drop_search_index();
