-- Least rights: what each service's statements need, column by column where a table holds more than it may see.
-- up
GRANT SELECT, INSERT, DELETE, UPDATE (text) ON thoughts TO thoughts_service;
GRANT USAGE ON SEQUENCE thoughts_id_seq TO thoughts_service;  -- the answer is stored with the thought, so the id is taken first
GRANT SELECT (id, username, username_key, scopes, creation, epoch_ms) ON users TO thoughts_service;
GRANT SELECT ON revocations TO thoughts_service;
GRANT SELECT, INSERT, UPDATE, DELETE ON request_keys TO thoughts_service;

GRANT SELECT, INSERT, UPDATE, DELETE ON users, request_keys, login_failures, revocations TO accounts_service;
GRANT SELECT ON thoughts TO accounts_service;

GRANT SELECT (id, username, username_key, scopes, creation, epoch_ms), INSERT, DELETE, UPDATE (scopes, epoch_ms) ON users
  TO admin_service;
GRANT SELECT, DELETE ON thoughts TO admin_service;
GRANT SELECT, INSERT ON revocations TO admin_service;
GRANT SELECT, INSERT, UPDATE, DELETE ON request_keys TO admin_service;

-- down
REVOKE ALL ON users, thoughts, revocations, request_keys, login_failures
  FROM thoughts_service, accounts_service, admin_service, web_service;
REVOKE ALL ON SEQUENCE thoughts_id_seq FROM thoughts_service;
REVOKE ALL (id, username, username_key, scopes, creation, epoch_ms) ON users FROM thoughts_service, admin_service;
