#!/usr/bin/env bash
# An instance of the bench's own: $dir, $state and $port, gone at the end. Sourced, never run.
# shellcheck disable=SC2034 # used by those who source it
set -euo pipefail
# shellcheck source=tools/dev/common.sh
source tools/dev/common.sh
# shellcheck source=tools/dev/state.sh
source tools/dev/state.sh

dir=$(mktemp -d)
chmod 711 "$dir" # the servers' user reaches the state folder through it
set_state "$dir/state"
stop_instance() {
  ./dev down --state "$state" >/dev/null 2>&1 || true
  rm -rf -- "$dir"
}
trap stop_instance EXIT

start_instance() {
  port=${DEV_TEST_PORT:-18100}
  while port_user "$port" || port_user "$((port + 1))" || port_user "$((port + 2))"; do ((port += 10)); done >/dev/null
  ./dev up --detach --port "$port" --state "$state" >/dev/null
  read_instance
}
