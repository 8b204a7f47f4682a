#!/usr/bin/env bash
# The API's description and its page /docs/, in $state/nginx/docs. Sourced by up and deploy.
# shellcheck disable=SC2154 # what common.sh sets
set -euo pipefail

swagger_version=5.35.0
swagger_sum=534eaba4cb56f55dd73c638179a993512af4674f63317e0826e00da44fc465b021c341bc0a0c2bcd4e18997927fe1d3008336c5dd19aad334d1c2dec53cc9551 # sha512 of the package, as npm's registry has it
swagger_files=(swagger-ui-bundle.js swagger-ui.css LICENSE NOTICE)

# fetch_swagger FOLDER: Swagger UI, once for each user and version. It is not in the tree, and Node is not needed for it.
fetch_swagger() {
  [[ ! -d $1 ]] || return 0
  local parts
  mkdir -p -- "$(dirname -- "$1")"
  parts=$(mktemp -d -p "$(dirname -- "$1")") # on its disk, so that it is there whole or not at all
  if curl -fsSL -m 120 -o "$parts/package.tgz" \
    "${NPM_CONFIG_REGISTRY:-https://registry.npmjs.org}/swagger-ui-dist/-/swagger-ui-dist-$swagger_version.tgz" \
    2>"$parts/why" &&
    sha512sum --check --status <<<"$swagger_sum  $parts/package.tgz" 2>"$parts/why" &&
    tar -xzf "$parts/package.tgz" -C "$parts" --no-same-owner "${swagger_files[@]/#/package/}" 2>"$parts/why"; then
    gzip -9 -n -k -- "$parts"/package/*.js "$parts"/package/*.css
    mv -T -- "$parts/package" "$1" 2>/dev/null || [[ -d $1 ]] # another ./dev up was quicker
  fi
  local why
  why=$(tail -n 1 "$parts/why" 2>/dev/null || true)
  rm -rf -- "$parts"
  [[ -d $1 ]] || {
    say "swagger-ui-dist $swagger_version could not be fetched (${why:-its checksum is wrong}): /docs/ is a plain page until the next ./dev up"
    return 1
  }
}

# lay_docs: the page's files; they need no build.
lay_docs() {
  local file swagger=${XDG_CACHE_HOME:-$HOME/.cache}/fnhost/swagger-ui-$swagger_version
  local docs=$state/nginx/docs
  mkdir -p -- "$docs"
  for file in "$repo"/nginx/docs/*; do lay "$file" "$docs/$(basename -- "$file")" 644; done
  if fetch_swagger "$swagger"; then
    for file in "$swagger"/*; do lay "$file" "$docs/$(basename -- "$file")" 644; done
  else
    lay "$repo/nginx/docs/plain.html" "$docs/index.html" 644
  fi
}

# describe NAME: takes what the function says of itself for the description.
describe() {
  local folder=$state/api/$1
  mkdir -p -- "$folder"
  lay "$repo/functions/$1/function.json" "$folder/function.json" 644
  if [[ -f $repo/functions/$1/api.json ]]; then
    lay "$repo/functions/$1/api.json" "$folder/api.json" 644
  else
    rm -f -- "$folder/api.json"
  fi
}

# write_description: of the functions that were laid; those that run, not those that are being edited.
write_description() {
  local made
  made=$(mktemp -d)
  "$state/bin/openapi" --functions "$state/api" --shared "$repo/functions/shared/api" --version "$(version)" \
    >"$made/openapi.json" 2>"$made/why" || {
    sed "s|$state/api|functions|" "$made/why" >&2
    rm -rf -- "$made"
    fail "no description of the API: its sources are at fault (see above)"
  }
  gzip -9 -n -k -- "$made/openapi.json"
  mkdir -p -- "$state/nginx/docs"
  lay "$made/openapi.json" "$state/nginx/docs/openapi.json" 644
  lay "$made/openapi.json.gz" "$state/nginx/docs/openapi.json.gz" 644
  rm -rf -- "$made"
}

# make_docs: all of it.
make_docs() {
  local name
  rm -rf -- "$state/api"
  for name in $(functions); do describe "$name"; done
  write_description
  lay_docs
}
