-- up
CREATE TABLE request_keys (
  owner text NOT NULL,
  function text NOT NULL,
  key text NOT NULL CHECK (char_length(key) BETWEEN 1 AND 255),
  fingerprint bytea NOT NULL,
  status int,
  headers jsonb,
  body text,
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (owner, function, key)
);
-- Rows arrive in order of time, and only the daily clean-up asks for it: a summary per block range is enough.
CREATE INDEX request_keys_at ON request_keys USING brin (at) WITH (pages_per_range = 32);
COMMENT ON TABLE request_keys IS 'First answers of writes, so that a repeated request is answered and not done again; kept 24 hours';
COMMENT ON COLUMN request_keys.owner IS 'User id of the signed token; empty for routes without one';
COMMENT ON COLUMN request_keys.function IS 'Manifest name of the function';
COMMENT ON COLUMN request_keys.key IS 'The client''s Idempotency-Key, else NGINX''s request id';
COMMENT ON COLUMN request_keys.fingerprint IS 'Hash of method, path and body: the same key with another request is refused';
COMMENT ON COLUMN request_keys.status IS 'HTTP status of the first answer; null only inside the transaction that makes it';
COMMENT ON COLUMN request_keys.headers IS 'Headers of the first answer, by name';
COMMENT ON COLUMN request_keys.body IS 'Body of the first answer';
COMMENT ON COLUMN request_keys.at IS 'When the first request came';

-- down
DROP TABLE request_keys;
