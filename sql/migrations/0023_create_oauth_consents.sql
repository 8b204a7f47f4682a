-- up
CREATE TABLE oauth_consents (
  user_id bigint NOT NULL REFERENCES users ON DELETE CASCADE,
  client_id text NOT NULL REFERENCES oauth_clients ON DELETE CASCADE,
  scopes text[] NOT NULL,
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (user_id, client_id)
);
CREATE INDEX oauth_consents_client ON oauth_consents (client_id);
COMMENT ON TABLE oauth_consents IS 'What users need not be asked again';
COMMENT ON COLUMN oauth_consents.user_id IS 'Who consented';
COMMENT ON COLUMN oauth_consents.client_id IS 'To whom';
COMMENT ON COLUMN oauth_consents.scopes IS 'To what, all times together';
COMMENT ON COLUMN oauth_consents.at IS 'When the user was asked last';
GRANT SELECT, INSERT, UPDATE, DELETE ON oauth_consents TO accounts_service;

-- down
DROP TABLE oauth_consents;
