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
  say "bringing the schema up to date"
  dsn postgres | write_file "$state/secrets/owner.dsn"
  local service
  for service in thoughts accounts admin; do dsn "${service}_service" | write_file "$state/secrets/$service.dsn"; done
  run_tool migrate up
}
