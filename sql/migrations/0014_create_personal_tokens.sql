-- up
CREATE TABLE personal_tokens (
  id text PRIMARY KEY,
  user_id bigint NOT NULL REFERENCES users ON DELETE CASCADE,
  name text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 100),
  scopes text[] NOT NULL,
  creation timestamptz NOT NULL,
  expiry timestamptz NOT NULL,
  last_use timestamptz
);
CREATE INDEX personal_tokens_user ON personal_tokens (user_id);
CREATE INDEX personal_tokens_expiry ON personal_tokens (expiry);
COMMENT ON TABLE personal_tokens IS 'Tokens that users made for programs of their own; the tokens themselves are kept nowhere';
COMMENT ON COLUMN personal_tokens.id IS 'The token''s jti';
COMMENT ON COLUMN personal_tokens.user_id IS 'Whose it is';
COMMENT ON COLUMN personal_tokens.name IS 'As the user wrote it';
COMMENT ON COLUMN personal_tokens.scopes IS 'What it may do; never admin, never the account itself';
COMMENT ON COLUMN personal_tokens.creation IS 'When it was made';
COMMENT ON COLUMN personal_tokens.expiry IS 'When it expires, at most 366 days later';
COMMENT ON COLUMN personal_tokens.last_use IS 'When it was used last, to the minute; null for never';
GRANT SELECT, INSERT, UPDATE, DELETE ON personal_tokens TO accounts_service;
GRANT SELECT (id, last_use), UPDATE (last_use) ON personal_tokens TO thoughts_service;
GRANT SELECT (id, user_id, expiry), DELETE ON personal_tokens TO admin_service;  -- a deleted user's tokens end

-- down
DROP TABLE personal_tokens;
