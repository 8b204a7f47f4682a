#!/usr/bin/env bash
# Tests in Node against an instance: tests/oauth_clients and tests/browser. Sourced by test.
# shellcheck disable=SC2154 # what test.sh sets
set -euo pipefail

# install_npm FOLDER: exactly what package-lock.json names, once for each state of it; none of their scripts is run.
install_npm() {
  local sum
  sum=$(sha256sum <"$1/package-lock.json")
  [[ $(cat "$1/node_modules/.installed" 2>/dev/null) != "$sum" ]] || return 0
  say "installing the packages of ${1#"$repo/"}"
  if ! (cd "$1" && npm ci --ignore-scripts --no-audit --no-fund >"$work/npm.log" 2>&1 </dev/null); then
    tail -n 20 "$work/npm.log" >&2
    return 1
  fi
  printf '%s\n' "$sum" >"$1/node_modules/.installed"
}

# count_tap STATUS FILE: adds the cases of a TAP file by its summary.
count_tap() {
  local good bad
  good=$(sed -n 's/^# pass \([0-9]*\)$/\1/p' "$2")
  bad=$(awk '/^# (fail|cancelled) [0-9]+$/ { sum += $3 } END { print sum + 0 }' "$2")
  if [[ $1 != 0 ]] && ((bad == 0)); then bad=1; fi
  ((passed += ${good:-0}, failed += bad)) || true
}

# test_node KIND FOLDER SECONDS: runs FOLDER/*.test.mjs against an instance of its own.
test_node() {
  local kind=$1 folder=$repo/$2 limit=$3 before=$failed tap=$work/$1.tap status=0
  local -a tests=("$folder"/*.test.mjs)
  if [[ -n $only ]]; then tests=("$folder/$only.test.mjs"); fi
  say "$kind tests: building"
  if ! install_npm "$folder" || ! build_tests //tests/e2e:after || ! start_instance "$kind"; then
    ((failed += 1))
    return 0
  fi
  # Node 18, Debian's, has no global crypto yet.
  timeout "$limit" node --import "$repo/tests/instance/node18.mjs" --import "$repo/tests/openapi/record.mjs" --test \
    --test-reporter=tap "${tests[@]}" >"$tap" 2>&1 </dev/null || status=$?
  if ((status != 0)); then grep -v '^ *duration_ms' "$tap" >&2; fi
  count_tap "$status" "$tap"
  finish_instance "$kind"
  if ((failed > before)); then
    say "$kind tests failed (see above)"
  fi
}

test_oauth() { test_node oauth tests/oauth_clients 300; }

test_browser() {
  mkdir -p -- "$SCREENSHOTS"
  [[ -n $only ]] || find "$SCREENSHOTS" -maxdepth 1 -name '*.png' -delete
  test_node browser tests/browser 900
  node "$repo/tests/browser/gallery.mjs" "$SCREENSHOTS" || ((failed += 1))
  say "screenshots: $SCREENSHOTS/index.html"
}
