#!/usr/bin/env bash
# OAuth client libraries against an instance: tests/oauth_clients. Sourced by test.
# shellcheck disable=SC2154 # what test.sh sets
set -euo pipefail

# install_clients FOLDER: exactly what package-lock.json names, once for each state of it; none of their scripts is run.
install_clients() {
  local sum
  sum=$(sha256sum <"$1/package-lock.json")
  [[ $(cat "$1/node_modules/.installed" 2>/dev/null) != "$sum" ]] || return 0
  say "oauth tests: installing the client libraries"
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

test_oauth() {
  local before=$failed folder=$repo/tests/oauth_clients tap=$work/oauth.tap status=0
  local -a tests=("$folder"/*.test.mjs)
  if [[ -n $only ]]; then tests=("$folder/$only.test.mjs"); fi
  say "oauth tests: building"
  if ! install_clients "$folder" || ! build_tests //tests/e2e:after || ! start_instance oauth; then
    ((failed += 1))
    return 0
  fi
  # Node 18, Debian's, has no global crypto yet.
  timeout 300 node --import "$folder/node18.mjs" --test --test-reporter=tap "${tests[@]}" >"$tap" 2>&1 </dev/null ||
    status=$?
  if ((status != 0)); then grep -v '^ *duration_ms' "$tap" >&2; fi
  count_tap "$status" "$tap"
  finish_instance oauth
  if ((failed > before)); then
    say "oauth tests failed (see above)"
  fi
}
