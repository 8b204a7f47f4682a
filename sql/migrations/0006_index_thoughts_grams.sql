-- up
-- Two halves, so that two sessions can build them at the same time. fastupdate off: a list of pending entries would be read by
-- every search until the next vacuum.
CREATE INDEX thoughts_grams_0 ON thoughts USING gin (grams(folded)) WITH (fastupdate = off) WHERE id % 2 = 0;
CREATE INDEX thoughts_grams_1 ON thoughts USING gin (grams(folded)) WITH (fastupdate = off) WHERE id % 2 = 1;
COMMENT ON INDEX thoughts_grams_0 IS 'Search by substrings of any length, docs/decisions/0002-search-by-grams.md';
COMMENT ON INDEX thoughts_grams_1 IS 'Search by substrings of any length, docs/decisions/0002-search-by-grams.md';

-- down
DROP INDEX thoughts_grams_1;
DROP INDEX thoughts_grams_0;
