-- up
CREATE TABLE revocations (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind text NOT NULL CHECK (kind IN ('token', 'user')),
  subject text NOT NULL,
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  until timestamptz NOT NULL,
  epoch_ms bigint NOT NULL DEFAULT 0
);
CREATE INDEX revocations_at ON revocations (at);
COMMENT ON TABLE revocations IS 'Tokens refused before they expire; every worker reads the new rows at most once a second';
COMMENT ON COLUMN revocations.id IS 'No meaning beyond naming the row';
COMMENT ON COLUMN revocations.kind IS 'token: one token; user: all tokens of a user up to epoch_ms';
COMMENT ON COLUMN revocations.subject IS 'The token''s jti, or the user''s id';
COMMENT ON COLUMN revocations.at IS 'When it was revoked: readers ask for newer rows, with an overlap for late commits';
COMMENT ON COLUMN revocations.until IS 'When the last token concerned has expired, and the row may go';
COMMENT ON COLUMN revocations.epoch_ms IS 'For a user: tokens made at or before this Unix time in milliseconds are refused';

-- down
DROP TABLE revocations;
