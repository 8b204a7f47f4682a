-- up
CREATE TABLE oauth_grants (
  id text PRIMARY KEY,
  client_id text NOT NULL REFERENCES oauth_clients ON DELETE CASCADE,
  user_id bigint NOT NULL REFERENCES users ON DELETE CASCADE,
  scopes text[] NOT NULL,
  auth_time_s bigint NOT NULL,
  seed bytea NOT NULL CHECK (octet_length(seed) = 32),
  sequence int NOT NULL DEFAULT 0,
  creation timestamptz NOT NULL,
  last_use timestamptz NOT NULL DEFAULT clock_timestamp(),
  revoked timestamptz
);
CREATE INDEX oauth_grants_user ON oauth_grants (user_id);
CREATE INDEX oauth_grants_client ON oauth_grants (client_id);
CREATE INDEX oauth_grants_last_use ON oauth_grants (last_use);
COMMENT ON TABLE oauth_grants IS 'What a user allowed a client once: one row for each code or device code that became tokens, a family of refresh tokens';
COMMENT ON COLUMN oauth_grants.id IS 'grant_id in the access tokens that come from it';
COMMENT ON COLUMN oauth_grants.client_id IS 'Who was allowed';
COMMENT ON COLUMN oauth_grants.user_id IS 'Who allowed it';
COMMENT ON COLUMN oauth_grants.scopes IS 'What was allowed; tokens carry those of them that the user still has';
COMMENT ON COLUMN oauth_grants.auth_time_s IS 'Unix time when the user logged in, for the id_token';
COMMENT ON COLUMN oauth_grants.seed IS 'Each refresh token is made of this and the one before: neither alone gives the next';
COMMENT ON COLUMN oauth_grants.sequence IS 'Number of the newest refresh token; 0 for none';
COMMENT ON COLUMN oauth_grants.creation IS 'When the user allowed it: refreshing ends 90 days later, and with an epoch of the user from then on';
COMMENT ON COLUMN oauth_grants.last_use IS 'When it was refreshed last';
COMMENT ON COLUMN oauth_grants.revoked IS 'When it was ended, by the user, by the client, or since a token came twice; null while it is good';

CREATE TABLE oauth_refresh_tokens (
  hash bytea PRIMARY KEY CHECK (octet_length(hash) = 32),
  grant_id text NOT NULL REFERENCES oauth_grants ON DELETE CASCADE,
  sequence int NOT NULL,
  issued timestamptz NOT NULL DEFAULT clock_timestamp(),
  used timestamptz,
  UNIQUE (grant_id, sequence)
);
COMMENT ON TABLE oauth_refresh_tokens IS 'Refresh tokens, also those that were used, so that one that comes again is known';
COMMENT ON COLUMN oauth_refresh_tokens.hash IS 'SHA-256 of the token';
COMMENT ON COLUMN oauth_refresh_tokens.grant_id IS 'Its family';
COMMENT ON COLUMN oauth_refresh_tokens.sequence IS '1 for the first of its family';
COMMENT ON COLUMN oauth_refresh_tokens.issued IS 'When it was made: unused, it ends 30 days later';
COMMENT ON COLUMN oauth_refresh_tokens.used IS 'When it was used first: the same use again is answered the same for 30 seconds';
GRANT SELECT, INSERT, UPDATE, DELETE ON oauth_grants, oauth_refresh_tokens TO accounts_service;

-- down
DROP TABLE oauth_refresh_tokens, oauth_grants;
