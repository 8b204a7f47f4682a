#!/usr/bin/env bash
# deploy/kubernetes against the schemas, offline: tests/kubernetes. Sourced by test.
# shellcheck disable=SC2154 # what test.sh sets
set -euo pipefail

test_kubernetes() {
  local folder=$repo/tests/kubernetes tap=$work/kubernetes.tap status=0
  if ! build_tests //host/kubernetes || ! install_npm "$folder"; then
    ((failed += 1))
    return 0
  fi
  say "kubernetes: every manifest against the schemas"
  REPOSITORY=$repo KUBERNETES=$(bazel_bin)/host/kubernetes/kubernetes \
    timeout 120 node --test --test-reporter=tap "$folder"/*.test.mjs >"$tap" 2>&1 </dev/null || status=$?
  if ((status != 0)); then grep -v '^ *duration_ms' "$tap" >&2; fi
  count_tap "$status" "$tap"
}
