#!/usr/bin/env bash
# What tests of an instance were answered, against the API's description: tests/openapi. Sourced by test.
# shellcheck disable=SC2154 # what test.sh sets
set -euo pipefail

# record_exchanges KIND: the next tests note what they send and get.
record_exchanges() { export EXCHANGES="$work/$1.exchanges"; }

# test_openapi KIND [yes]: holds them against the description; "yes" when they must be all that is documented.
test_openapi() {
  local folder=$repo/tests/openapi tap=$work/openapi-$1.tap status=0
  export DOCUMENT="$work/$1/nginx/docs/openapi.json" COMPLETE="${2:-}"
  if [[ ! -s $DOCUMENT || ! -s $EXCHANGES ]]; then # the tests could not begin
    ((failed += 1))
    return 0
  fi
  install_npm "$folder" || {
    ((failed += 1))
    return 0
  }
  say "openapi: $(wc -l <"$EXCHANGES") answers of the $1 tests against the description of the API"
  timeout 300 node --test --test-reporter=tap "$folder"/*.test.mjs >"$tap" 2>&1 </dev/null || status=$?
  if ((status != 0)); then grep -v '^ *duration_ms' "$tap" >&2; fi
  count_tap "$status" "$tap"
}
