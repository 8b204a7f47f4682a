#!/usr/bin/env bash
# Tests of a whole instance: tests/e2e, tests/chaos and tests/migration. Sourced by test.
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

# start_instance KIND [OPTION OF UP...]: an instance on free ports; says where it is to the tests.
start_instance() {
  local kind=$1 first=${DEV_TEST_PORT:-20000}
  shift
  until ports_free "$first"; do ((first += 10)); done
  export REPOSITORY="$repo" STATE="$work/$kind" PUBLIC_PORT="$first" MONOLITH_PORT="$((first + 5))"
  local -a up=("$@")
  case $kind in
    chaos) up+=(--monolith "http://127.0.0.1:$MONOLITH_PORT") ;;
    migration) # the tests make that database, beside the instance's own
      printf 'host=%s/run/pg dbname=monolith user=old_sessions_reader connect_timeout=2' "$STATE" >"$work/old.dsn"
      up+=(--monolith "http://127.0.0.1:$MONOLITH_PORT" --monolith-database "$work/old.dsn")
      ;;
  esac
  "$repo/dev" up --detach --port "$first" --state "$STATE" "${up[@]}" >"$work/up.out"
}

# finish_instance KIND: stops it, and looks at what is left.
finish_instance() {
  "$repo/dev" down --state "$work/$1" || ((failed += 1))
  run_cases "$1" "$(bazel_bin)/tests/e2e/after" 60
}

# build_tests TARGET...
build_tests() {
  if bazel_quietly "$work/tests-build.log" build --curses=no --color=no "$@"; then return 0; fi
  tail -n 40 "$work/tests-build.log" >&2
  return 1
}

# test_instance KIND SECONDS: runs //tests/KIND against an instance of its own.
test_instance() {
  local kind=$1 limit=$2 before=$failed
  say "$kind tests: building"
  if ! build_tests "//tests/$kind" //tests/e2e:after || ! start_instance "$kind"; then
    ((failed += 1))
    return 0
  fi
  run_cases "$kind" "$(bazel_bin)/tests/$kind/$kind" "$limit" ${only:+"--run_test=$only"}
  finish_instance "$kind"
  if ((failed > before)); then
    say "$kind tests failed (see above)"
  fi
}

# What a test that was interrupted left running.
stop_instances() {
  local kind
  for kind in e2e oauth browser chaos migration; do "$repo/dev" down --state "$work/$kind" >/dev/null 2>&1 || true; done
}
