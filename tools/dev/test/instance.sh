#!/usr/bin/env bash
# Tests of a whole instance: tests/e2e and tests/chaos. Sourced by test.
# shellcheck disable=SC2154 # what test.sh sets
set -euo pipefail

# run_cases KIND PROGRAM SECONDS [OPTION...]: runs it and counts its cases.
run_cases() {
  local status=PASSED program=$2 limit=$3 xml
  xml=$work/$1-$(basename -- "$2").xml
  shift 3
  XML_OUTPUT_FILE=$xml timeout "$limit" "$program" --color_output=no "$@" >&2 </dev/null || status=FAILED
  count "$status" "$xml"
}

# ports_free FIRST: an instance takes three; the tests' own old site takes the sixth.
ports_free() {
  local port
  for port in "$1" "$(($1 + 1))" "$(($1 + 2))" "$(($1 + 5))"; do
    if port_user "$port" >/dev/null; then return 1; fi
  done
}

# test_instance KIND SECONDS: starts an instance, runs //tests/KIND against it, stops it, and looks at what is left.
test_instance() {
  local kind=$1 limit=$2 before=$failed first=${DEV_TEST_PORT:-20000} bin
  local -a up=()
  say "$kind tests: building"
  if ! bazel_quietly "$work/$kind-build.log" build --curses=no --color=no "//tests/$kind" //tests/e2e:after; then
    tail -n 40 "$work/$kind-build.log" >&2
    ((failed += 1))
    return 0
  fi
  until ports_free "$first"; do ((first += 10)); done
  [[ $kind != chaos ]] || up=(--monolith "http://127.0.0.1:$((first + 5))")
  if ! "$repo/dev" up --detach --port "$first" --state "$work/$kind" "${up[@]}" >"$work/up.out"; then
    ((failed += 1))
    return 0
  fi
  bin=$(bazel_bin)/tests
  export REPOSITORY="$repo" STATE="$work/$kind" PUBLIC_PORT="$first" MONOLITH_PORT="$((first + 5))"
  run_cases "$kind" "$bin/$kind/$kind" "$limit" ${only:+"--run_test=$only"}
  "$repo/dev" down --state "$work/$kind" || ((failed += 1))
  run_cases "$kind" "$bin/e2e/after" 60
  if ((failed > before)); then
    say "$kind tests failed (see above)"
  fi
}

# What a test that was interrupted left running.
stop_instances() {
  local kind
  for kind in e2e chaos; do "$repo/dev" down --state "$work/$kind" >/dev/null 2>&1 || true; done
}
