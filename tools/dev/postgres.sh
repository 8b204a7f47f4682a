#!/usr/bin/env bash
# The instance's own PostgreSQL: a Unix socket in a folder of mode 0700, no network. Sourced.
# shellcheck disable=SC2154 # what common.sh sets
set -euo pipefail

# Durable as in production (fsync and synchronous_commit stay on): tests count on acknowledged writes.
postgres_settings() {
  local memory=512MB
  (($(awk '/^MemTotal/ {print $2}' /proc/meminfo) > 3000000)) || memory=128MB
  cat <<EOF
listen_addresses = ''
unix_socket_directories = '$run_dir/pg'
unix_socket_permissions = 0700
max_connections = 400
shared_buffers = $memory
maintenance_work_mem = 256MB
work_mem = 16MB
max_wal_size = 4GB
checkpoint_timeout = 15min
random_page_cost = 1.1
jit = off
timezone = 'UTC'
log_timezone = 'UTC'
log_line_prefix = '%m [%p] %u %a '
EOF
}

make_cluster() {
  say "making the database cluster"
  rm -rf -- "$state/postgres.new"
  # Who reaches the socket is decided by its folder (0700, the servers' user): no passwords behind it.
  "${server[@]}" "$pg_bin/initdb" -D "$state/postgres.new" -U postgres --locale=C.UTF-8 --encoding=UTF8 \
    --auth-local=trust --auth-host=reject >"$state/log/initdb.log" 2>&1 ||
    fail "initdb failed: $(tail -n 3 "$state/log/initdb.log")"
  echo "include 'dev.conf'" >>"$state/postgres.new/postgresql.conf"
  mv -- "$state/postgres.new" "$state/postgres"
}

start_postgres() {
  [[ -d $state/postgres ]] || make_cluster
  postgres_settings >"$state/postgres/dev.conf"
  own "$state/postgres/dev.conf"
  if postgres_runs; then return 0; fi
  say "starting PostgreSQL"
  "${server[@]}" "$pg_bin/pg_ctl" start -s -w -t 60 -D "$state/postgres" -l "$state/log/postgres.log" \
    </dev/null >/dev/null 2>&1 9>&- || {
    tail -n 10 "$state/log/postgres.log" >&2
    fail "PostgreSQL does not start (see above; all of it in $state/log/postgres.log)"
  }
  if [[ $("${server[@]}" psql -X -Atq -h "$run_dir/pg" -U postgres -d postgres \
    -c "SELECT 1 FROM pg_database WHERE datname = 'thoughts'") != 1 ]]; then
    "${server[@]}" createdb -h "$run_dir/pg" -U postgres thoughts
  fi
}

stop_postgres() {
  if ! postgres_runs; then return 0; fi
  "${server[@]}" "$pg_bin/pg_ctl" stop -s -w -t 60 -m fast -D "$state/postgres" ||
    say "PostgreSQL did not stop; see $state/log/postgres.log"
}
