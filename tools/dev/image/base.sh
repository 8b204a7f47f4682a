#!/usr/bin/env bash
# The layer that all images share: the C library and what else functions load, certificates, a user. No shell. Sourced by image.
# shellcheck disable=SC2154 # what image.sh sets
set -euo pipefail

# The authorities that Debian trusts; not those that somebody added to this machine.
add_certificates() {
  local bundle=$1/etc/ssl/certs/ca-certificates.crt file
  mkdir -p -- "${bundle%/*}"
  for file in /usr/share/ca-certificates/mozilla/*.crt; do
    cat -- "$file" && echo
  done >"$bundle"
  readlink -f -- /usr/share/ca-certificates/mozilla/*.crt >>"$1.sources"
}

add_names() {
  mkdir -p -- "$1/etc"
  printf '%s\n' root:x:0:0:root:/:/usr/sbin/nologin "fnhost:x:$user:$user:fnhost:/:/usr/sbin/nologin" >"$1/etc/passwd"
  printf '%s\n' root:x:0: "fnhost:x:$user:" >"$1/etc/group"
  printf '%s\n' 'passwd: files' 'group: files' 'hosts: files dns' >"$1/etc/nsswitch.conf"
}

base_tree() {
  local tree=$work/base name
  local -a programs=("$state/bin/fnhost" "$state/bin/migrate")
  for name in $(functions); do programs+=("$state/functions/$name/$name"); done
  mkdir -p -- "$tree"/{etc,run,tmp,dev,proc,sys}
  chmod 1777 -- "$tree/tmp"
  : >"$tree.sources"
  add_links "$tree"
  add_libraries "$tree" "" "${programs[@]}"
  add_certificates "$tree"
  add_names "$tree"
  add_copyright "$tree"
  own_in_image "$tree" /run/fnhost
  add "$tree" "$state/bin/fnhost" /usr/bin/fnhost
  strip --strip-debug "$tree/usr/bin/fnhost"
  base_parts=$(part fnhost "$tree/usr/bin/fnhost")
  add_sbom "$tree" base "[$base_parts]"
}

make_base() {
  say "image base"
  make_image base scratch "$work/base" "What all images of fnhost share" <<<'ENTRYPOINT ["/usr/bin/fnhost"]'
}

# A function: its binary and its manifest.
make_function() { # NAME
  local name=$1 tree=$work/function-$1 summary
  local folder=$tree/functions/$name
  say "image $name"
  mkdir -p -- "$folder"
  : >"$tree.sources"
  install -m 755 -- "$state/functions/$name/$name" "$folder/$name"
  install -m 644 -- "$repo/functions/$name/function.json" "$folder/function.json"
  summary=$(jq -r .summary "$folder/function.json")
  add_sbom "$tree" "$name" "[$base_parts, $(part "$name" "$folder/$name")]" "$work/base"
  make_image "$name" base "$tree" "$summary" <<EOF
ENTRYPOINT ["/usr/bin/fnhost", "worker", "--function", "/functions/$name"]
ENV FNHOST_LISTEN=0.0.0.0:9000 FNHOST_METRICS=0.0.0.0:9145 FNHOST_COMMIT=${revision:0:12} FNHOST_VERSION=$(version)
EXPOSE 9000 9145
STOPSIGNAL SIGTERM
EOF
}

make_migrate() {
  local tree=$work/migrate
  say "image migrate"
  mkdir -p -- "$tree/usr/bin" "$tree/usr/share/fnhost/migrations"
  : >"$tree.sources"
  install -m 755 -- "$state/bin/migrate" "$tree/usr/bin/migrate"
  strip --strip-debug "$tree/usr/bin/migrate"
  install -m 644 -- "$repo"/sql/migrations/*.sql "$tree/usr/share/fnhost/migrations/"
  add_sbom "$tree" migrate "[$base_parts, $(part migrate "$tree/usr/bin/migrate")]" "$work/base"
  make_image migrate base "$tree" "Brings the schema of the database up to date" <<'EOF'
ENTRYPOINT ["/usr/bin/migrate", "up", "--wait-s", "120", "--database-url-file", "/run/secrets/owner.dsn", "--migrations", "/usr/share/fnhost/migrations"]
EOF
}
