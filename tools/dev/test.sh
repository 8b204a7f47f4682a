#!/usr/bin/env bash
# ./dev test
set -euo pipefail
here=$(dirname -- "${BASH_SOURCE[0]}")
# shellcheck source=tools/dev/common.sh
source "$here/common.sh"
# shellcheck source=tools/dev/state.sh
source "$here/state.sh"

usage() {
  cat <<'EOF'
Examples:
  ./dev test         everything; needs nothing running and leaves nothing running
  ./dev test unit    Bazel's tests, beside the code
  ./dev test e2e     tests/e2e against an instance of its own, on free ports, with a state of its own

The last line is "N passed, M failed". Exit 0 when none failed.
EOF
}

what=all
while (($# > 0)); do
  case $1 in
    unit | e2e) what=$1 ;;
    -h | --help)
      usage
      exit 0
      ;;
    *) misuse "test: \"$1\" is not a kind of test. ./dev test --help lists them." ;;
  esac
  shift
done

passed=0 failed=0
work=$(mktemp -d)
chmod 711 "$work" # the servers' user reaches the state folder through it

# count STATUS XML: adds the cases of a JUnit file; a program that failed without a failed case counts as one.
count() {
  local tests=0 bad=0
  if [[ -s $2 ]]; then
    read -r tests bad < <(grep -ao '<testsuite [^>]*>' "$2" | awk '
      function attribute(name) { return match($0, " " name "=\"[0-9]+\"") ? substr($0, RSTART + length(name) + 3, RLENGTH - length(name) - 4) : 0 }
      { skipped = attribute("skipped") + attribute("disabled"); all += attribute("tests") - skipped; bad += attribute("failures") + attribute("errors") }
      END { print all + 0, bad + 0 }')
  fi
  if [[ $1 != PASSED && $1 != FLAKY ]] && ((bad == 0)); then
    bad=1
    ((tests > 0)) || tests=1
  elif ((tests == 0)); then
    tests=1
  fi
  ((bad <= tests)) || bad=$tests
  ((passed += tests - bad, failed += bad)) || true
}

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

test_e2e() {
  local before=$failed first=20000 status=PASSED
  say "end-to-end tests: building"
  if ! bazel_quietly "$work/e2e-build.log" build --curses=no --color=no //tests/e2e //tests/e2e:after; then
    tail -n 40 "$work/e2e-build.log" >&2
    ((failed += 1))
    return 0
  fi
  while port_user "$first" || port_user "$((first + 1))" || port_user "$((first + 2))"; do
    ((first += 10))
  done >/dev/null
  if ! "$repo/dev" up --detach --port "$first" --state "$work/state" >"$work/up.out"; then
    ((failed += 1))
    return 0
  fi
  local bin
  bin=$(bazel_bin)/tests/e2e
  export REPOSITORY="$repo" STATE="$work/state" PUBLIC_PORT="$first"
  XML_OUTPUT_FILE=$work/e2e.xml timeout 600 "$bin/e2e" --color_output=no >&2 </dev/null || status=FAILED
  count "$status" "$work/e2e.xml"
  "$repo/dev" down --state "$work/state" || ((failed += 1))
  status=PASSED
  XML_OUTPUT_FILE=$work/after.xml timeout 60 "$bin/after" --color_output=no >&2 </dev/null || status=FAILED
  count "$status" "$work/after.xml"
  if ((failed > before)); then
    say "end-to-end tests failed (see above)"
  fi
}

# A Bazel server that was not there before goes again.
server_pid=$HOME/.cache/bazel/_bazel_$(id -un)/$(printf %s "$repo" | md5sum | cut -d' ' -f1)/server/server.pid.txt
had_server=no
if [[ -f $server_pid ]] && kill -0 "$(<"$server_pid")" 2>/dev/null; then had_server=yes; fi
clean() {
  trap - EXIT
  "$repo/dev" down --state "$work/state" >/dev/null 2>&1 || true
  if [[ $had_server == no && -z ${DEV_BAZEL:-} ]]; then bazel_ shutdown >/dev/null 2>&1 || true; fi
  rm -rf -- "$work"
}
trap clean EXIT

bash "$here/install.sh"
if [[ $what != e2e ]]; then test_unit; fi
if [[ $what != unit ]]; then test_e2e; fi
clean
say "done"
printf '%d passed, %d failed\n' "$passed" "$failed"
((failed == 0 && passed > 0))
