-- up
-- fastupdate off: a list of pending entries would be read by every search until the next vacuum.
CREATE INDEX thoughts_grams ON thoughts USING gin (grams(folded)) WITH (fastupdate = off);
COMMENT ON INDEX thoughts_grams IS 'Search by substrings of any length, docs/decisions/0002-search-by-grams.md';

-- down
DROP INDEX thoughts_grams;
