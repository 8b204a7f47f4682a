-- up
CREATE TABLE oauth_device_codes (
  hash bytea PRIMARY KEY CHECK (octet_length(hash) = 32),
  user_code_hash bytea NOT NULL UNIQUE CHECK (octet_length(user_code_hash) = 32),
  client_id text NOT NULL REFERENCES oauth_clients ON DELETE CASCADE,
  scopes text[] NOT NULL,
  state text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'allowed', 'denied', 'used')),
  user_id bigint REFERENCES users ON DELETE CASCADE,
  auth_time_s bigint NOT NULL DEFAULT 0,
  creation timestamptz NOT NULL DEFAULT clock_timestamp(),
  decided timestamptz,
  polled timestamptz,
  interval_s int NOT NULL DEFAULT 5,
  grant_id text REFERENCES oauth_grants ON DELETE CASCADE,
  used_by bytea
);
CREATE INDEX oauth_device_codes_creation ON oauth_device_codes (creation);
CREATE INDEX oauth_device_codes_user ON oauth_device_codes (user_id);
CREATE INDEX oauth_device_codes_grant ON oauth_device_codes (grant_id);
COMMENT ON TABLE oauth_device_codes IS 'Devices without a browser that wait for a user to allow them elsewhere (RFC 8628)';
COMMENT ON COLUMN oauth_device_codes.hash IS 'SHA-256 of device_code';
COMMENT ON COLUMN oauth_device_codes.user_code_hash IS 'SHA-256 of the letters of user_code, without the dash';
COMMENT ON COLUMN oauth_device_codes.client_id IS 'Who asks';
COMMENT ON COLUMN oauth_device_codes.scopes IS 'For what';
COMMENT ON COLUMN oauth_device_codes.state IS 'pending until the user decides; used once the tokens are fetched';
COMMENT ON COLUMN oauth_device_codes.user_id IS 'Who decided';
COMMENT ON COLUMN oauth_device_codes.auth_time_s IS 'Unix time when that user logged in';
COMMENT ON COLUMN oauth_device_codes.creation IS 'When it was made: it ends 15 minutes later';
COMMENT ON COLUMN oauth_device_codes.decided IS 'When the user decided';
COMMENT ON COLUMN oauth_device_codes.polled IS 'When the device asked last';
COMMENT ON COLUMN oauth_device_codes.interval_s IS 'How long it must wait between two questions; 5 more each time it does not';
COMMENT ON COLUMN oauth_device_codes.grant_id IS 'What came from it; null until it is used';
COMMENT ON COLUMN oauth_device_codes.used_by IS 'Digest of the request that fetched the tokens: the same request again is no replay';
GRANT SELECT, INSERT, UPDATE, DELETE ON oauth_device_codes TO accounts_service;

-- down
DROP TABLE oauth_device_codes;
