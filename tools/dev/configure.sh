#!/usr/bin/env bash
# Schema, secrets, demo data and the host's configuration of an instance. Sourced by up.
# shellcheck disable=SC2154 # what common.sh sets
set -euo pipefail

dsn() { printf 'host=%s/pg dbname=thoughts user=%s connect_timeout=5' "$run_dir" "$1"; }

# write_file FILE: content on stdin; mode 0600, whole or not at all.
write_file() {
  install -m 600 /dev/stdin "$1.new"
  own "$1.new"
  mv -f -- "$1.new" "$1"
}

migrate() {
  local log=$state/log/migrate.log service
  say "bringing the schema up to date"
  dsn postgres | write_file "$state/secrets/owner.dsn"
  for service in thoughts accounts admin import; do
    dsn "${service}_service" | write_file "$state/secrets/$service.dsn"
  done
  "$state/bin/migrate" up --database-url-file "$state/secrets/owner.dsn" --migrations "$repo/sql/migrations" \
    >"$log" 2>&1 || fail "a migration failed: $(tail -n 3 "$log")"
}

# The key pair that signs sessions, at the first start alone: a new one would end every session.
make_keys() {
  [[ -f $state/keys/session-private.pem ]] && return 0
  say "making the key pair that signs sessions"
  mkdir -p -- "$state/keys/public"
  rm -f -- "$state/keys/public/1.pem"
  "$state/bin/token" keygen --private "$state/keys/session-private.pem" --public "$state/keys/public/1.pem" \
    2>"$state/log/keygen.log" || fail "no key pair: $(tail -n 3 "$state/log/keygen.log")"
  own "$state/keys/public" "$state/keys/public/1.pem" "$state/keys/session-private.pem"
}

# The hash of a password for users that are made here, kept: it takes its time to compute.
hash_file() { # NAME PASSWORD
  [[ -s $state/secrets/$1.hash ]] ||
    printf %s "$2" | "$state/bin/hash_password" | write_file "$state/secrets/$1.hash"
  printf '%s' "$state/secrets/$1.hash"
}

load_demo() {
  "$state/bin/seed" demo --database-url-file "$state/secrets/owner.dsn" \
    --password-hash-file "$(hash_file demo demo-password)" >"$state/log/seed.log" 2>&1 ||
    fail "no demo data: $(tail -n 3 "$state/log/seed.log")"
}

version() { sed -n 's/^## \([0-9][0-9.]*\).*/\1/p' "$repo/CHANGELOG.md" | head -n 1; }
commit() { git -C "$repo" -c safe.directory="$repo" rev-parse --short=12 HEAD 2>/dev/null || echo unknown; }

# The old site's sessions, when there is an old site: what the session bridge reads.
write_old_sessions() {
  if [[ -n ${monolith_database:-} ]]; then
    write_file "$state/secrets/old-sessions.dsn" <"$monolith_database"
  else
    rm -f -- "$state/secrets/old-sessions.dsn"
  fi
}

write_config() {
  local newest cores
  newest=$(basename -a -- "$repo"/sql/migrations/[0-9]*.sql | sed 's/^0*\([0-9]*\)_.*/\1/' | sort -n | tail -n 1)
  cores=$(nproc)
  lay_static
  write_old_sessions
  ln -sfn ../log/nginx-error.log "$state/nginx/error.log"
  ln -sfn ../log/nginx-access.log "$state/nginx/access.log"
  jq -n --arg s "$state" --arg run "$run_dir" --argjson port "$port" --arg commit "$(commit)" \
    --arg version "$(version)" --arg newest "$newest" --argjson workers "$((cores > 4 ? 4 : cores))" \
    --arg monolith "${monolith:-}" --arg old_sessions "${monolith_database:-}" '{
      functions: "\($s)/functions",
      run_dir: $run,
      state_dir: "\($s)/fnhost",
      metrics: "127.0.0.1:\($port + 2)",
      grace_ms: 10000,
      revision: $commit,
      log_file: "\($s)/log/fnhost.log",
      environment: {
        SESSION_ISSUER: "http://localhost:\($port)",
        FNHOST_COMMIT: $commit,
        FNHOST_VERSION: $version
      },
      needs: {
        database: {DATABASE_URL_FILE: "\($s)/secrets/thoughts.dsn"},
        accounts_database: {DATABASE_URL_FILE: "\($s)/secrets/accounts.dsn"},
        admin_database: {DATABASE_URL_FILE: "\($s)/secrets/admin.dsn"},
        session_public_keys: {SESSION_PUBLIC_KEYS_FILE: "\($s)/keys/public"},
        session_private_key: {SESSION_PRIVATE_KEY_FILE: "\($s)/keys/session-private.pem"},
        old_sessions: (if $old_sessions == "" then {} else
          {OLD_SESSIONS_DATABASE_URL_FILE: "\($s)/secrets/old-sessions.dsn"} end),
        api: ({API_URL: "http://127.0.0.1:\($port)"} + if $monolith == "" then {} else
          {SESSION_BRIDGE_URL: "http://127.0.0.1:\($port + 1)/bridge/session/"} end)
      },
      ready: {
        database_url_file: "\($s)/secrets/thoughts.dsn",
        query: "SELECT max(version)::text FROM schema_migrations",
        expect: $newest
      },
      nginx: {
        public_port: $port,
        internal_port: ($port + 1),
        prefix: "\($s)/nginx",
        static_dir: "\($s)/nginx/static",
        docs_dir: "\($s)/nginx/docs",
        user: "",
        workers: $workers,
        trusted_proxies: ["127.0.0.1"]
      }
    } + if $monolith == "" then {} else {monolith: {url: $monolith}} end' | write_file "$state/fnhost.json"

  local -a fnhost=("${server[@]}" "$state/bin/fnhost" nginx --config "$state/fnhost.json")
  "${fnhost[@]}" 2>"$state/log/nginx-render.log" | write_file "$state/nginx/nginx.conf" ||
    fail "no configuration of NGINX: $(tail -n 5 "$state/log/nginx-render.log")"
  "${server[@]}" "$nginx" -t -q -e "$state/log/nginx-error.log" -p "$state/nginx" -c "$state/nginx/nginx.conf" \
    >"$state/log/nginx-check.log" 2>&1 || fail "NGINX refuses its configuration: $(tail -n 5 "$state/log/nginx-check.log")"
}
