#!/usr/bin/env bash
# Keys and passwords for compose.yaml, in $out/secrets: made once, never in an image. Sourced by image.
# shellcheck disable=SC2154 # what image.sh sets
set -euo pipefail

new_password() { openssl rand -hex 24; }

# secret FILE: content on stdin.
secret() { install -m 400 /dev/stdin "$making/$1"; }

database_secrets() {
  local service password roles=
  password=$(new_password)
  secret owner.password <<<"$password"
  secret owner.dsn <<<"host=postgres dbname=thoughts user=postgres password=$password connect_timeout=5"
  for service in thoughts accounts admin; do
    password=$(new_password)
    secret "$service.dsn" <<<"host=postgres dbname=thoughts user=${service}_service password=$password connect_timeout=5"
    roles+="DO \$\$ BEGIN CREATE ROLE ${service}_service LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOINHERIT; "
    roles+="EXCEPTION WHEN duplicate_object THEN NULL; END \$\$"$'\n'
    roles+="ALTER ROLE ${service}_service PASSWORD '$password'"$'\n'
  done
  secret roles.sql <<<"${roles%$'\n'}"
}

# Only the images' user may read them: as root they become its files; without root, podman's user namespace does that. Docker
# without root cannot: then the folder, which is closed to others, is what keeps them.
give_to_images() { # FOLDER
  chmod 700 -- "$1" "$1/session-public"
  if am_root; then
    chown -R "$user:$user" -- "$1/session-public" "$1"/*.*
  elif command -v podman >/dev/null && podman unshare true 2>/dev/null; then
    podman unshare chown -R "$user:$user" "$1/session-public" "$1"/*.*
  else
    chmod 755 -- "$1/session-public"
    find "$1" -type f -exec chmod 444 -- {} +
  fi
}

make_secrets() {
  local folder=$out/secrets making
  [[ ! -d $folder ]] || return 0
  say "making keys and passwords: $folder"
  making=$work/secrets
  mkdir -p -- "$making/session-public"
  database_secrets
  openssl genpkey -quiet -algorithm EC -pkeyopt ec_paramgen_curve:P-256 | secret session-private.pem
  openssl pkey -in "$making/session-private.pem" -pubout | secret session-public/1.pem
  chmod 700 -- "$out"
  mv -T -- "$making" "$folder"
  give_to_images "$folder"
}
