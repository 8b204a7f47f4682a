-- up
CREATE TABLE oauth_codes (
  hash bytea PRIMARY KEY CHECK (octet_length(hash) = 32),
  client_id text NOT NULL REFERENCES oauth_clients ON DELETE CASCADE,
  user_id bigint NOT NULL REFERENCES users ON DELETE CASCADE,
  redirect_uri text NOT NULL,
  challenge text NOT NULL,
  scopes text[] NOT NULL,
  nonce text NOT NULL,
  auth_time_s bigint NOT NULL,
  creation timestamptz NOT NULL DEFAULT clock_timestamp(),
  grant_id text REFERENCES oauth_grants ON DELETE CASCADE,
  used_by bytea
);
CREATE INDEX oauth_codes_creation ON oauth_codes (creation);
CREATE INDEX oauth_codes_user ON oauth_codes (user_id);
CREATE INDEX oauth_codes_grant ON oauth_codes (grant_id);
COMMENT ON TABLE oauth_codes IS 'Authorization codes; used ones are kept for a day, so that one that comes again is known';
COMMENT ON COLUMN oauth_codes.hash IS 'SHA-256 of the code';
COMMENT ON COLUMN oauth_codes.client_id IS 'Who alone may exchange it';
COMMENT ON COLUMN oauth_codes.user_id IS 'Who consented';
COMMENT ON COLUMN oauth_codes.redirect_uri IS 'Where it was sent, as the client wrote it';
COMMENT ON COLUMN oauth_codes.challenge IS 'code_challenge, S256 (RFC 7636)';
COMMENT ON COLUMN oauth_codes.scopes IS 'What the user consented to';
COMMENT ON COLUMN oauth_codes.nonce IS 'For the id_token; empty for none';
COMMENT ON COLUMN oauth_codes.auth_time_s IS 'Unix time when the user logged in';
COMMENT ON COLUMN oauth_codes.creation IS 'When it was made: it ends 60 seconds later';
COMMENT ON COLUMN oauth_codes.grant_id IS 'What came from it; null until it is used';
COMMENT ON COLUMN oauth_codes.used_by IS 'Digest of the request that used it: the same request again is no replay';
GRANT SELECT, INSERT, UPDATE, DELETE ON oauth_codes TO accounts_service;

-- down
DROP TABLE oauth_codes;
