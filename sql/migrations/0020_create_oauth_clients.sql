-- up
CREATE TABLE oauth_clients (
  id text PRIMARY KEY,
  name text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 100),
  uri text NOT NULL DEFAULT '',
  auth_method text NOT NULL CHECK (auth_method IN ('none', 'client_secret_basic', 'client_secret_post')),
  secret_hash bytea CHECK (octet_length(secret_hash) = 32),
  redirect_uris text[] NOT NULL,
  grant_types text[] NOT NULL,
  scopes text[] NOT NULL,
  registered_from text NOT NULL,
  creation timestamptz NOT NULL DEFAULT clock_timestamp(),
  CHECK ((auth_method = 'none') = (secret_hash IS NULL))
);
CREATE INDEX oauth_clients_registered ON oauth_clients (registered_from, creation);
COMMENT ON TABLE oauth_clients IS 'Programs that may ask users for rights (RFC 6749, section 2), registered by RFC 7591';
COMMENT ON COLUMN oauth_clients.id IS 'client_id: random, public';
COMMENT ON COLUMN oauth_clients.name IS 'As its developer wrote it: shown to users, never believed';
COMMENT ON COLUMN oauth_clients.uri IS 'Its home page, https; empty for none';
COMMENT ON COLUMN oauth_clients.auth_method IS 'token_endpoint_auth_method as registered; none: a public client, such as a mobile app';
COMMENT ON COLUMN oauth_clients.secret_hash IS 'SHA-256 of the 256 random bits of client_secret; null for public clients';
COMMENT ON COLUMN oauth_clients.redirect_uris IS 'Where codes may go: compared exactly, but for the port of loopback addresses';
COMMENT ON COLUMN oauth_clients.grant_types IS 'What it may send to the token endpoint';
COMMENT ON COLUMN oauth_clients.scopes IS 'The most that it may ask for; never admin';
COMMENT ON COLUMN oauth_clients.registered_from IS 'Network of who registered it (IPv6 by /64), for the limit of open registration';
COMMENT ON COLUMN oauth_clients.creation IS 'When it was registered';
GRANT SELECT, INSERT, DELETE ON oauth_clients TO accounts_service;

-- down
DROP TABLE oauth_clients;
