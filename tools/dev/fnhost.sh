#!/usr/bin/env bash
# ./dev fnhost
set -euo pipefail
# shellcheck source=tools/dev/common.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"

usage() {
  cat <<'EOF'
Examples:
  ./dev fnhost status
  ./dev fnhost scale login --min 1 --max 4
  ./dev fnhost --state /tmp/second logs login -f
  ./dev fnhost deploy --help

Usage: ./dev fnhost [--state DIR] COMMAND [OPTION...]
Runs `fnhost COMMAND` on the instance: its program, its configuration.

Options:
  --state DIR   the instance's folder (default .dev)
EOF
}

while (($# > 0)); do
  case $1 in
    --state)
      need_value "$1" $#
      set_state "$2"
      shift 2
      ;;
    -h | --help)
      usage
      exit 0
      ;;
    *) break ;;
  esac
done
(($# > 0)) || misuse "fnhost: the command is missing. ./dev fnhost --help shows examples."
need_instance
case $1 in
  new | completion | -*) exec "$state/bin/fnhost" "$@" ;; # these ask no host
  *) exec "$state/bin/fnhost" "$1" --config "$state/fnhost.json" "${@:2}" ;;
esac
