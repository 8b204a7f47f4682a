#!/usr/bin/env bash
# The files of deploy/kubernetes. Sourced by kube.
# shellcheck disable=SC2154 # what kube.sh sets
set -euo pipefail

tree=$repo/deploy/kubernetes

# kubernetes WORD...: the program of host/kubernetes.
kubernetes() { "$program" "$@"; }
program=''

build_program() {
  local log
  log=$(mktemp)
  bazel_quietly "$log" build --curses=no --color=no //host/kubernetes || {
    tail -n 40 "$log" >&2
    rm -f -- "$log"
    fail "the build failed (its last lines stand above)"
  }
  rm -f -- "$log"
  program=$(bazel_bin)/host/kubernetes/kubernetes
}

generated() { kubernetes "$1" "$repo/functions" "$tree/policy.json" "$tree/base/functions"; }
render() { build_program && generated render; }
check() { build_program && generated check; }
