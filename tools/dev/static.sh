#!/usr/bin/env bash
# The static files of an instance: nginx/static under its own names and, for addresses that never change their meaning,
# under names with a part of the content's hash, as functions/shared/web/static_urls.sh writes them; what is text is
# compressed beforehand. Sourced by up and deploy.
# shellcheck disable=SC2154 # what common.sh sets
set -euo pipefail

# Files of earlier builds stay: pages that browsers still show may ask for them.
lay_static() {
  local file name hashed target=$state/nginx/static
  mkdir -p -- "$target"
  for file in "$repo"/nginx/static/*; do
    name=${file##*/}
    hashed=${name%.*}.$(sha256sum -- "$file" | cut -c 1-12).${name##*.}
    lay "$file" "$target/$name" 644
    lay "$file" "$target/$hashed" 644
    case $name in
      *.css | *.js | *.svg)
        for name in "$name" "$hashed"; do
          [[ $target/$name.gz -nt $target/$name ]] || gzip -9 -n -c -- "$file" >"$target/$name.gz.new"
          [[ ! -f $target/$name.gz.new ]] || mv -f -- "$target/$name.gz.new" "$target/$name.gz"
        done
        ;;
    esac
  done
  "$state/bin/error_pages" "$target/errors"
  own "$target" "$target"/* "$target"/errors/*
}
