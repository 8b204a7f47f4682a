-- up
ALTER TABLE revocations
  DROP CONSTRAINT revocations_kind_check,
  ADD CONSTRAINT revocations_kind_check CHECK (kind IN ('token', 'user', 'grant'));
COMMENT ON COLUMN revocations.kind IS
  'token: one token; user: all tokens of a user up to epoch_ms; grant: all access tokens of an OAuth grant';
COMMENT ON COLUMN revocations.subject IS 'The token''s jti, the user''s id, or the grant''s id';

-- down
DELETE FROM revocations WHERE kind = 'grant';
ALTER TABLE revocations
  DROP CONSTRAINT revocations_kind_check,
  ADD CONSTRAINT revocations_kind_check CHECK (kind IN ('token', 'user'));
COMMENT ON COLUMN revocations.kind IS 'token: one token; user: all tokens of a user up to epoch_ms';
COMMENT ON COLUMN revocations.subject IS 'The token''s jti, or the user''s id';
