#!/usr/bin/env bash
# ./dev down
set -euo pipefail
here=$(dirname -- "${BASH_SOURCE[0]}")
# shellcheck source=tools/dev/common.sh
source "$here/common.sh"
# shellcheck source=tools/dev/postgres.sh
source "$here/postgres.sh"
# shellcheck source=tools/dev/stop.sh
source "$here/stop.sh"

usage() {
  cat <<'EOF'
Examples:
  ./dev down
  ./dev down --state /tmp/second

Stops NGINX, fnhost and PostgreSQL of the instance, in this order. Its data stays: ./dev up goes on with it.
Delete the state folder to begin anew. Does nothing when nothing runs.

Options:
  --state DIR   the instance's folder (default .dev)
EOF
}

while (($# > 0)); do
  case $1 in
    --state)
      need_value "$1" $#
      set_state "$2"
      shift
      ;;
    -h | --help)
      usage
      exit 0
      ;;
    *) misuse "down: unknown option \"$1\". ./dev down --help lists them." ;;
  esac
  shift
done

if ! read_instance; then
  say "nothing was started in $state"
  exit 0
fi
exec 9>>"$state/lock"
flock -n 9 || fail "another ./dev up or down is at work in $state"
stop_all
say "stopped; the data stays in $state"
