#!/usr/bin/env bash
# Counts the cases of a program of tests. Sourced by test.
# shellcheck disable=SC2154 # what test.sh sets
set -euo pipefail

# count STATUS XML: adds the cases of a JUnit file, in which Boost.Test leaves those that were skipped out of "tests"; a
# program that failed without a failed case counts as one.
count() {
  local tests=0 bad=0
  if [[ -s $2 ]]; then
    read -r tests bad < <(grep -ao '<testsuite [^>]*>' "$2" | awk '
      function attribute(name) { return match($0, " " name "=\"[0-9]+\"") ? substr($0, RSTART + length(name) + 3, RLENGTH - length(name) - 4) : 0 }
      { all += attribute("tests"); bad += attribute("failures") + attribute("errors") }
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
