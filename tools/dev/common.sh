#!/usr/bin/env bash
# What the commands share: messages, the state folder, processes. Sourced, never run.
# shellcheck disable=SC2034 # used by those who source it
set -euo pipefail

repo=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd)
started=$SECONDS
pg_bin=/usr/lib/postgresql/15/bin
nginx=/usr/sbin/nginx # not in a plain user's PATH
export LANG=C.UTF-8 LC_ALL=C.UTF-8

say() { printf '[%3ds] %s\n' "$((SECONDS - started))" "$*" >&2; }
fail() {
  printf 'dev: %s\n' "$*" >&2
  exit 1
}
misuse() {
  printf 'dev: %s\n' "$*" >&2
  exit 2
}

# need_value OPTION COUNT: the option at hand must have a value behind it.
need_value() { (($2 >= 2)) || misuse "$1 needs a value"; }

# The state folder of an instance, as an absolute path without links: for root in a closed folder .dev is a link.
set_state() { state=$(realpath -m -- "$1"); }
set_state "$repo/.dev"

# Started by root, the servers run as `postgres`, the user that Debian's package makes: PostgreSQL refuses root, and
# the others do not need it.
am_root() { [[ $(id -u) == 0 ]]; }
server=() # put before a command: runs it as the servers' user
if am_root; then
  server=(setpriv --reuid=postgres --regid=postgres --init-groups --inh-caps=-all --
    env -C / HOME=/nonexistent USER=postgres LOGNAME=postgres)
fi
own() { if am_root; then chown -h postgres:postgres -- "$@"; fi; }

# Instance settings, written by up: port, run_dir.
port=8080
run_dir=
read_instance() {
  [[ -f $state/instance ]] || return 1
  port=$(sed -n 's/^port=//p' "$state/instance")
  run_dir=$(sed -n 's/^run_dir=//p' "$state/instance")
  if [[ -f $state/database ]]; then export PGPASSFILE=$state/pgpass; fi
}
need_instance() {
  read_instance || fail "nothing was started in $state. ./dev up --detach starts it, --state DIR names another folder."
}
need_database() {
  need_instance
  postgres_runs || fail "the database of $state does not run. Start it with: ./dev up --detach"
}

# A pid file holds "PID START", START being the kernel's start time of the process, so that a number that was given to
# another process since is never taken for ours.
start_time() { sed -n 's/^.*) //p' "/proc/$1/stat" 2>/dev/null | cut -d' ' -f20; }
write_pid() { printf '%s %s\n' "$2" "$(start_time "$2")" >"$state/$1.pid"; }
pid_of() { # prints the pid when it is alive and ours
  local pid start
  [[ -f $state/$1.pid ]] && read -r pid start <"$state/$1.pid" || return 1
  [[ -n $start && $(start_time "$pid") == "$start" ]] || return 1
  # A dead child that nobody has waited for yet is not alive.
  [[ $(sed -n 's/^.*) \(.\).*/\1/p' "/proc/$pid/stat" 2>/dev/null) != Z ]] || return 1
  printf '%s\n' "$pid"
}

# launch NAME COMMAND...: in a session of its own, so that neither Ctrl-C nor a closed terminal reaches it.
launch() {
  local name=$1
  shift
  setsid "${server[@]}" "$@" </dev/null >>"$state/log/$name.log" 2>&1 9>&- &
  # setsid, setpriv and env all exec: the pid stays.
  write_pid "$name" "$!"
}

# stop NAME SIGNAL SECONDS: signals it and waits; SIGKILL in the end.
stop() {
  local pid deadline=$((SECONDS + $3))
  pid=$(pid_of "$1") || {
    rm -f -- "$state/$1.pid"
    return 0
  }
  kill "-$2" "$pid" 2>/dev/null || true
  while pid_of "$1" >/dev/null; do
    if ((SECONDS >= deadline)); then
      say "$1 did not stop within $3 s: killed"
      kill -KILL "$pid" 2>/dev/null || true
      deadline=$((SECONDS + 5))
    fi
    sleep 0.05
  done
  rm -f -- "$state/$1.pid"
}

# In pods (./dev kube) the database has an address and passwords.
postgres_host() { if [[ -f $state/database ]]; then cat -- "$state/database"; else printf '%s/pg' "$run_dir"; fi; }
postgres_runs() {
  if [[ -f $state/database ]]; then
    "$pg_bin/pg_isready" -q -t 2 -h "$(postgres_host)"
    return
  fi
  [[ -f $state/postgres/postmaster.pid ]] && "${server[@]}" "$pg_bin/pg_ctl" status -s -D "$(readlink -f "$state")/postgres" >/dev/null 2>&1
}
psql_as_owner() { "${server[@]}" psql -X -q -v ON_ERROR_STOP=1 -h "$(postgres_host)" -U postgres -d thoughts "$@"; }

# DEV_BAZEL: start-up options of Bazel, such as --output_base=/tmp/other.
bazel_() {
  local -a startup=()
  read -r -a startup <<<"${DEV_BAZEL:-}"
  (cd "$repo" && exec bazel "${startup[@]}" "$@")
}
bazel_bin() { bazel_ info bazel-bin 2>/dev/null; }

# bazel_quietly LOG ARGUMENT...: its talk goes to a file; the screen gets a line every ten seconds.
bazel_quietly() {
  local log=$1 pid last=$SECONDS
  shift
  bazel_ "$@" >"$log" 2>&1 </dev/null 9>&- &
  pid=$!
  trap 'kill "$pid" 2>/dev/null || true; exit 130' INT TERM HUP
  while kill -0 "$pid" 2>/dev/null; do
    sleep 0.2
    if ((SECONDS - last >= 10)); then
      last=$SECONDS
      say "still at it $(grep -ao '^\[[0-9,]* / [0-9,]*\]' "$log" | tail -n 1 || true)"
    fi
  done
  trap - INT TERM HUP
  wait "$pid"
}
