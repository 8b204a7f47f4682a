-- up
CREATE TABLE sessions (
  id text PRIMARY KEY,
  user_id bigint NOT NULL REFERENCES users ON DELETE CASCADE,
  creation timestamptz NOT NULL,
  expiry timestamptz NOT NULL,
  user_agent text NOT NULL CHECK (char_length(user_agent) <= 200),
  network text NOT NULL
);
CREATE INDEX sessions_user ON sessions (user_id);
CREATE INDEX sessions_expiry ON sessions (expiry);
COMMENT ON TABLE sessions IS 'Log-ins that go on, for their users to see and to end; tokens are checked without it';
COMMENT ON COLUMN sessions.id IS 'The session token''s jti';
COMMENT ON COLUMN sessions.user_id IS 'Who logged in';
COMMENT ON COLUMN sessions.creation IS 'When the user logged in';
COMMENT ON COLUMN sessions.expiry IS 'When the token expires, and the row may go';
COMMENT ON COLUMN sessions.user_agent IS 'User-Agent of the log-in, its printable ASCII; empty for none';
COMMENT ON COLUMN sessions.network IS 'Network of the log-in: IPv4 by /24, IPv6 by /64, so that no full address is kept';
GRANT SELECT, INSERT, UPDATE, DELETE ON sessions TO accounts_service;
GRANT SELECT (id, user_id), DELETE ON sessions TO admin_service;  -- a deleted user's sessions end

-- down
DROP TABLE sessions;
