-- up
CREATE TABLE bridged_sessions (
  old_hash text PRIMARY KEY CHECK (old_hash ~ '^[0-9a-f]{64}$'),
  user_id bigint REFERENCES users ON DELETE CASCADE,
  session_id text,
  expiry timestamptz,
  ended boolean NOT NULL DEFAULT false,
  seen timestamptz NOT NULL DEFAULT clock_timestamp(),
  CHECK ((session_id IS NULL) = (user_id IS NULL) AND (session_id IS NULL) = (expiry IS NULL))
);
CREATE INDEX bridged_sessions_user ON bridged_sessions (user_id);
CREATE INDEX bridged_sessions_session ON bridged_sessions (session_id);
CREATE INDEX bridged_sessions_seen ON bridged_sessions (seen) WHERE session_id IS NULL;
COMMENT ON TABLE bridged_sessions IS 'Log-ins of the old site that count here too, while its routes move to us';
COMMENT ON COLUMN bridged_sessions.old_hash IS 'SHA-256 of the old session''s number, which is a secret';
COMMENT ON COLUMN bridged_sessions.user_id IS 'Whose session it is; null for a number that the old site did not know';
COMMENT ON COLUMN bridged_sessions.session_id IS 'The session of ours that stands for it (sessions.id)';
COMMENT ON COLUMN bridged_sessions.expiry IS 'When that session expires; while the old one lives, another begins then';
COMMENT ON COLUMN bridged_sessions.ended IS 'Ended here by log-out, new password or the operator: the number counts for nothing any more';
COMMENT ON COLUMN bridged_sessions.seen IS 'When the number came first';
GRANT SELECT, INSERT, UPDATE, DELETE ON bridged_sessions TO accounts_service;
GRANT SELECT (user_id) ON imported_users TO accounts_service;

-- Whoever ends a session before its time takes its row away, in several ways: all of them end the old one here too.
CREATE FUNCTION end_bridged_session() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = public, pg_temp AS $$
BEGIN
  UPDATE bridged_sessions SET ended = true WHERE session_id = OLD.id;
  RETURN NULL;
END
$$;
COMMENT ON FUNCTION end_bridged_session() IS 'Marks the old site''s session that the deleted session stood for';
REVOKE EXECUTE ON FUNCTION end_bridged_session() FROM PUBLIC;
CREATE TRIGGER end_bridged_session AFTER DELETE ON sessions
  FOR EACH ROW WHEN (OLD.expiry > clock_timestamp()) EXECUTE FUNCTION end_bridged_session();

-- down
DROP TRIGGER end_bridged_session ON sessions;
DROP FUNCTION end_bridged_session();
DROP TABLE bridged_sessions;
REVOKE SELECT (user_id) ON imported_users FROM accounts_service;
