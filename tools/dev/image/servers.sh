#!/usr/bin/env bash
# NGINX with what it serves, and PostgreSQL for development. Sourced by image.
# shellcheck disable=SC2154 # what image.sh sets
set -euo pipefail

make_nginx() {
  local tree=$work/nginx share=$work/nginx/usr/share/fnhost name swagger
  say "image nginx"
  mkdir -p -- "$share" "$tree/etc/fnhost"
  : >"$tree.sources"
  add_from_package "$tree" "$nginx" /usr/sbin/nginx
  add_libraries "$tree" "$work/base" "$nginx"
  # What ./dev up lays for an instance's NGINX, by the same code.
  lay_static
  make_docs
  cp -r -- "$state/nginx/static" "$state/nginx/docs" "$share/"
  for name in $(functions); do
    install -D -m 644 -- "$repo/functions/$name/function.json" "$share/functions/$name/function.json"
  done
  install -m 644 -- "$repo/deploy/containers/nginx.json" "$tree/etc/fnhost/fnhost.json"
  add_copyright "$tree"
  swagger=$(jq -n --arg version "$swagger_version" '{type: "library", name: "swagger-ui-dist", version: $version,
    purl: "pkg:npm/swagger-ui-dist@\($version)", "bom-ref": "pkg:npm/swagger-ui-dist@\($version)",
    licenses: [{license: {id: "Apache-2.0"}}]}')
  add_sbom "$tree" nginx "[$base_parts, $swagger]" "$work/base"
  make_image nginx base "$tree" "Routes, static files and the description of the API" <<'EOF'
ENTRYPOINT ["/usr/bin/fnhost", "nginx", "--run", "--config", "/etc/fnhost/fnhost.json"]
EXPOSE 8080 8081
STOPSIGNAL SIGQUIT
EOF
}

# For development: has a shell, which initdb needs. JIT is left out, whose compiler is larger than all the rest.
make_postgres() {
  local tree=$work/postgres file
  local lib=/usr/lib/postgresql/15 share=/usr/share/postgresql/15
  say "image postgres"
  mkdir -p -- "$tree"
  : >"$tree.sources"
  while read -r file; do
    [[ $file == *.bc || $file == */llvmjit* || -L $file || ! -f $file ]] || add_from_package "$tree" "$file"
  done < <(dpkg -L postgresql-15 | grep -E "^($lib/(bin/(postgres|initdb|pg_ctl)\$|lib/)|$share/)")
  for file in "$lib/bin/psql" "$lib/bin/pg_isready" /bin/{dash,cat,mv,rm} /usr/lib/locale/C.utf8/LC_*; do
    [[ ! -f $file ]] || add_from_package "$tree" "$file"
  done
  while read -r file; do
    [[ -d $file ]] || add_from_package "$tree" "$file"
  done < <(dpkg -L tzdata | grep '^/usr/share/zoneinfo/' | grep -v /right/)
  ln -s dash "$tree/usr/bin/sh"
  add_libraries "$tree" "$work/base" "$lib"/bin/{postgres,initdb,psql} "$lib"/lib/{plpgsql,dict_snowball}.so /bin/{dash,mv}
  install -D -m 755 -- "$repo/deploy/containers/postgres.sh" "$tree/usr/bin/start-postgres"
  add_copyright "$tree"
  own_in_image "$tree" /var/lib/postgresql
  add_sbom "$tree" postgres "[$base_parts]" "$work/base"
  make_image postgres base "$tree" "PostgreSQL for development" <<EOF
ENTRYPOINT ["/usr/bin/start-postgres"]
ENV PATH=$lib/bin:/usr/bin PGDATA=/var/lib/postgresql/data
EXPOSE 5432
STOPSIGNAL SIGINT
EOF
}
