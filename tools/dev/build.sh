#!/usr/bin/env bash
# Builds the programs and lays them into the state folder. Sourced by up.
# shellcheck disable=SC2154 # what common.sh sets
set -euo pipefail

tools=(//host/cli:fnhost //sql/runner:migrate //sql/seed:seed //sql/import:import //functions/shared/session:token
  //functions/shared/accounts:hash_password //functions/shared/front:error_pages //host/openapi:openapi)

functions() { # names of all functions
  local manifest
  for manifest in "$repo"/functions/*/function.json; do basename -- "$(dirname -- "$manifest")"; done
}

build() {
  local log=$state/log/build.log
  local -a targets=("${tools[@]}")
  mapfile -t -O "${#targets[@]}" targets < <(functions | sed 's|.*|//functions/&:&|')
  say "building ${#targets[@]} programs (the first time takes minutes; $log)"
  bazel_quietly "$log" build --curses=no --color=no --show_progress_rate_limit=5 -- "${targets[@]}" || {
    tail -n 40 "$log" >&2
    fail "the build failed (its last lines stand above, all of it in $log)"
  }
}

# lay FROM TO: a new file and a rename, never a write into a program that runs.
lay() {
  if cmp -s -- "$1" "$2"; then return 0; fi
  install -m "${3:-755}" -- "$1" "$2.new"
  own "$2.new"
  mv -f -- "$2.new" "$2"
}

collect() {
  local name target folder bin
  bin=$(bazel_bin)
  mkdir -p -- "$state/bin" "$state/functions"
  for target in "${tools[@]}"; do
    lay "$bin/$(sed 's|^//||; s|:|/|' <<<"$target")" "$state/bin/${target##*:}"
  done
  for name in $(functions); do
    mkdir -p -- "$state/functions/$name"
    lay "$bin/functions/$name/$name" "$state/functions/$name/$name"
    lay "$repo/functions/$name/function.json" "$state/functions/$name/function.json" 644
  done
  # A function that is gone from the tree is gone from the instance.
  for folder in "$state"/functions/*/; do
    [[ -f $repo/functions/$(basename -- "$folder")/function.json ]] || rm -rf -- "$folder"
  done
}
