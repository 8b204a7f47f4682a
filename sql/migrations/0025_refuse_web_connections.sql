-- The front end uses the API alone: its role cannot even connect. Without CONNECT for everybody, which PostgreSQL gives by itself,
-- a role needs a grant of its own; the services have one since 0001.
-- up
DO $$
BEGIN
  EXECUTE format('REVOKE CONNECT ON DATABASE %I FROM PUBLIC, web_service', current_database());
END
$$;
REVOKE USAGE ON SCHEMA public FROM web_service;
REVOKE SELECT ON schema_migrations FROM web_service;

-- down
DO $$
BEGIN
  EXECUTE format('GRANT CONNECT ON DATABASE %I TO PUBLIC, web_service', current_database());
END
$$;
GRANT USAGE ON SCHEMA public TO web_service;
GRANT SELECT ON schema_migrations TO web_service;
