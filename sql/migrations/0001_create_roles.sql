-- One role per service: LOGIN without a password, since who may be which role is configured outside (pg_hba.conf, or a
-- password set by the operator). Roles belong to the whole cluster, so another database may have made them already.
-- up
DO $$
DECLARE
  service text;
BEGIN
  FOREACH service IN ARRAY ARRAY['thoughts_service', 'accounts_service', 'admin_service', 'web_service'] LOOP
    BEGIN
      EXECUTE format('CREATE ROLE %I LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOINHERIT', service);
    EXCEPTION WHEN duplicate_object OR unique_violation THEN
      NULL;  -- there already, or made by another migration at this very moment
    END;
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO %I', current_database(), service);
    EXECUTE format('GRANT USAGE ON SCHEMA public TO %I', service);
    EXECUTE format('GRANT SELECT ON schema_migrations TO %I', service);  -- for the readiness check
  END LOOP;
  -- The statements of this role are written so that one plan fits every value; planning anew costs more than it brings.
  EXECUTE format('ALTER ROLE thoughts_service IN DATABASE %I SET plan_cache_mode = force_generic_plan',
                 current_database());
END
$$;
COMMENT ON TABLE schema_migrations IS 'Migrations that this database has, written by sql/runner';

-- down
-- The roles stay: other databases of the cluster may use them.
DO $$
DECLARE
  service text;
BEGIN
  FOREACH service IN ARRAY ARRAY['thoughts_service', 'accounts_service', 'admin_service', 'web_service'] LOOP
    EXECUTE format('REVOKE SELECT ON schema_migrations FROM %I', service);
    EXECUTE format('REVOKE USAGE ON SCHEMA public FROM %I', service);
    EXECUTE format('REVOKE CONNECT ON DATABASE %I FROM %I', current_database(), service);
  END LOOP;
  EXECUTE format('ALTER ROLE thoughts_service IN DATABASE %I RESET plan_cache_mode', current_database());
END
$$;
