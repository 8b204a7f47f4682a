-- What ./dev import (sql/import) has taken over from the old site, so that it can run again and again while both sites write.
-- up
DO $$
BEGIN
  BEGIN
    CREATE ROLE import_service LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOINHERIT;
  EXCEPTION WHEN duplicate_object OR unique_violation THEN
    NULL;  -- there already, or made by another migration at this very moment
  END;
  EXECUTE format('GRANT CONNECT ON DATABASE %I TO import_service', current_database());
END
$$;
GRANT USAGE ON SCHEMA public TO import_service;
GRANT SELECT ON schema_migrations TO import_service;

CREATE TABLE imported_users (
  old_id bigint PRIMARY KEY,
  user_id bigint REFERENCES users ON DELETE SET NULL,
  digest bigint NOT NULL,
  epoch_ms bigint NOT NULL
);
CREATE INDEX imported_users_user_id ON imported_users (user_id);
COMMENT ON TABLE imported_users IS 'Users that came from the old site; what stands here is not imported a second time';
COMMENT ON COLUMN imported_users.old_id IS 'Its id there';
COMMENT ON COLUMN imported_users.user_id IS 'Its id here; null once the account was deleted here, which is for good';
COMMENT ON COLUMN imported_users.digest IS 'Of the password hash that was taken over last: another one there is a new password';
COMMENT ON COLUMN imported_users.epoch_ms IS 'users.epoch_ms at that time: another one says that the password may have been changed here';

CREATE TABLE imported_thoughts (
  old_id bigint PRIMARY KEY,
  thought_id bigint NOT NULL,
  digest bigint NOT NULL
);
COMMENT ON TABLE imported_thoughts IS 'Thoughts that came from the old site; what stands here is not imported a second time';
COMMENT ON COLUMN imported_thoughts.old_id IS 'Its id there';
COMMENT ON COLUMN imported_thoughts.thought_id IS 'Its id here: the same, unless a thought of this site had it already. May be deleted since';
COMMENT ON COLUMN imported_thoughts.digest IS 'Of id, time and text, so that ranges of ids are compared without reading them';

GRANT SELECT (id, username, username_key, epoch_ms), INSERT (username, password_hash), UPDATE (password_hash) ON users
  TO import_service;
GRANT SELECT (id), INSERT (id, user_id, username, text, timestamp) ON thoughts TO import_service;
GRANT SELECT, USAGE ON SEQUENCE thoughts_id_seq TO import_service;
GRANT SELECT, INSERT, UPDATE (digest) ON imported_users TO import_service;
GRANT SELECT, INSERT ON imported_thoughts TO import_service;

-- Ids up to `last` are left to the old site. The lock waits for statements that took a smaller one and are not committed, so that
-- no id of theirs can appear later.
CREATE FUNCTION reserve_thought_ids(last bigint) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  LOCK TABLE thoughts IN SHARE MODE;
  IF (SELECT last_value FROM thoughts_id_seq) < last THEN
    PERFORM setval('thoughts_id_seq', last);
  END IF;
END
$$;
COMMENT ON FUNCTION reserve_thought_ids IS 'New thoughts of this site get ids above this one; never lowers it';
REVOKE ALL ON FUNCTION reserve_thought_ids FROM PUBLIC;
GRANT EXECUTE ON FUNCTION reserve_thought_ids TO import_service;

-- down
DROP FUNCTION reserve_thought_ids(bigint);
DROP TABLE imported_thoughts, imported_users;
REVOKE ALL ON users, thoughts FROM import_service;
REVOKE ALL (id, username, username_key, epoch_ms, password_hash) ON users FROM import_service;
REVOKE ALL (id, user_id, username, text, timestamp) ON thoughts FROM import_service;
REVOKE ALL ON SEQUENCE thoughts_id_seq FROM import_service;
REVOKE SELECT ON schema_migrations FROM import_service;
REVOKE USAGE ON SCHEMA public FROM import_service;
DO $$
BEGIN
  EXECUTE format('REVOKE CONNECT ON DATABASE %I FROM import_service', current_database());
END
$$;
