#!/usr/bin/env bash
# Bazel's tests. Sourced by test.
# shellcheck disable=SC2154 # what test.sh sets
set -euo pipefail

test_unit() {
  local events=$work/events.json log=$work/unit.log before=$failed result=0 status xml
  say "unit tests: building and running all of Bazel's (the first time takes minutes)"
  bazel_quietly "$log" test --keep_going --curses=no --color=no --show_progress_rate_limit=5 \
    --build_event_json_file="$events" -- //... || result=$?
  while IFS=$'\t' read -r status xml; do count "$status" "$xml"; done < <(jq -r '
    select(.testResult) | [.testResult.status,
      (.testResult.testActionOutput[]? | select(.name == "test.xml") | .uri | sub("^file://"; ""))] | @tsv' "$events")
  # Tests that did not run, since they did not build.
  ((failed += $(jq -rs '
    [.[] | select(.configured.targetKind // "" | endswith("_test rule")) | .id.targetConfigured.label] as $tests
    | [.[] | select(.id.targetCompleted and .completed.success != true) | .id.targetCompleted.label
       | select(IN($tests[]))] | length' "$events"))) || true
  if ((result != 0 && failed == before)); then ((failed += 1)); fi
  if ((result != 0)); then
    grep -av '^\[[0-9,]* / [0-9,]*\]' "$log" | tail -n 100 >&2
    jq -r 'select(.testResult.status and .testResult.status != "PASSED") | .testResult.testActionOutput[]?
      | select(.name == "test.log") | .uri | sub("^file://"; "")' "$events" | while read -r log; do
      printf '\n%s:\n' "$log"
      grep -avE 'Entering test|Leaving test' "$log" | tail -n 60
    done >&2
    say "unit tests failed (see above)"
  fi
}
