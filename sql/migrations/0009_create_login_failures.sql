-- up
CREATE TABLE login_failures (
  kind text NOT NULL CHECK (kind IN ('account', 'address')),
  subject text NOT NULL,
  failures int NOT NULL CHECK (failures >= 0),
  last timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (kind, subject)
);
COMMENT ON TABLE login_failures IS 'Wrong passwords in a row, for the growing delay of logins';
COMMENT ON COLUMN login_failures.kind IS 'account: by user name; address: by client address, IPv6 by /64';
COMMENT ON COLUMN login_failures.subject IS 'The folded user name, or the address';
COMMENT ON COLUMN login_failures.failures IS 'Failures since the last success or since they were forgotten';
COMMENT ON COLUMN login_failures.last IS 'When the last failure happened';

-- down
DROP TABLE login_failures;
