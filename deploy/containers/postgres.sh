#!/bin/sh
# The first process of the image postgres: makes the cluster at the first start, gives the roles the passwords of the
# secrets, and becomes PostgreSQL. For development: one server, nothing is backed up.
#
# /run/secrets/roles.sql: a statement a line. /run/secrets/owner.password: of the superuser postgres.
set -eu

if [ ! -s "$PGDATA/PG_VERSION" ]; then
  # Begun and not finished: begun anew.
  rm -rf "$PGDATA.new"
  initdb -D "$PGDATA.new" -U postgres --locale=C.UTF-8 --encoding=UTF8 --pwfile=/run/secrets/owner.password \
    --auth-local=reject --auth-host=scram-sha-256 >/dev/null
  echo 'host all all all scram-sha-256' >>"$PGDATA.new/pg_hba.conf"
  cat >>"$PGDATA.new/postgresql.conf" <<EOF
listen_addresses = '*'
unix_socket_directories = ''
max_connections = 400
shared_buffers = 128MB
jit = off
timezone = 'UTC'
log_timezone = 'UTC'
EOF
  echo 'CREATE DATABASE thoughts' | postgres --single -D "$PGDATA.new" postgres >/dev/null
  mv "$PGDATA.new" "$PGDATA"
fi
rm -f "$PGDATA/postmaster.pid" # of a container that was killed; the volume is this one's alone
postgres --single -D "$PGDATA" postgres </run/secrets/roles.sql >/dev/null
exec postgres -D "$PGDATA"
