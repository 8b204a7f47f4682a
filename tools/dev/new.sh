#!/usr/bin/env bash
# ./dev new
set -euo pipefail
# shellcheck source=tools/dev/common.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"

usage() {
  cat <<'EOF'
Examples:
  ./dev new hello                 makes functions/hello, answering GET /hello
  bazel test //functions/hello:all
  ./dev deploy hello

Makes a function's folder (BUILD, handler.cc, handler_test.cc, function.json) with `fnhost new`, which it builds first.
docs/writing-a-function.md goes on from there.
EOF
}

case ${1:-} in
  -h | --help)
    usage
    exit 0
    ;;
  '') misuse "new: the function's name is missing. ./dev new --help shows an example." ;;
  -*) misuse "new: unknown option \"$1\". ./dev new --help." ;;
esac
(($# == 1)) || misuse "new: one name at a time"
log=$(mktemp)
trap 'rm -f -- "$log"' EXIT
say "building fnhost, if it is not yet"
bazel_quietly "$log" build --curses=no --color=no //host/cli:fnhost || {
  tail -n 40 "$log" >&2
  fail "the build failed (its last lines stand above)"
}
(cd "$repo" && "$(bazel_bin)/host/cli/fnhost" new "$1")
