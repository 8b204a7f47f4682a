#!/usr/bin/env bash
# What one request costs each tier: CPU time of NGINX, of the functions and of PostgreSQL (with its writers and vacuum), as
# the kernel counts it, on an instance of its own with 100,000 thoughts. A write also costs each replica, which replays it:
# one follows the instance while thoughts are created.
#
#   tests/bench/cpu.sh [SECONDS]      of each kind of request (10)
#
# A table on stderr; on stdout the JSON that docs/scaling.md is calculated from (tools/capacity/costs.json).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=tests/bench/instance.sh
source tests/bench/instance.sh
seconds=${1:-10}
start_instance
./dev seed --users 2000 --thoughts 100000 --state "$state" >&2
./dev token demo --state "$state" >"$dir/token"

# ticks PATTERN: user and system time of the processes whose program matches, and of their children that are gone.
ticks() {
  local process program sum=0 fields
  for process in /proc/[0-9]*; do
    program=$(readlink "$process/exe" 2>/dev/null) || continue
    # shellcheck disable=SC2053 # a pattern
    if ! [[ $program == $1 ]] || ! ours "$process"; then continue; fi
    read -r -a fields < <(sed 's/^.*) //' "$process/stat" 2>/dev/null) || continue
    sum=$((sum + fields[11] + fields[12] + fields[13] + fields[14]))
  done
  echo "$sum"
}
# Other instances may run beside this one: it is ours if its command line or its working folder names our state.
ours() { tr '\0' ' ' <"$1/cmdline" 2>/dev/null | grep -qF "$state" || [[ $(readlink "$1/cwd" 2>/dev/null) == "$state"* ]] || child_of_ours "$1"; }
child_of_ours() {
  local parent
  parent=$(awk '/^PPid:/ { print $2 }' "$1/status" 2>/dev/null) || return 1
  tr '\0' ' ' <"/proc/$parent/cmdline" 2>/dev/null | grep -qF "$state"
}
tiers() { echo "$(ticks '*/nginx') $(ticks "$state/fnhost/revisions/*") $(ticks '*/postgres')"; }

# A standby of the instance's PostgreSQL, beside it; what stops it is in the trap.
replica=$dir/replica
start_replica() {
  install -d -m 700 "$replica" "$replica.run" && own "$replica" "$replica.run"
  "${server[@]}" "$pg_bin/pg_basebackup" -h "$run_dir/pg" -U postgres -D "$replica" -R -X stream
  echo "unix_socket_directories = '$replica.run'" >"$replica/dev.conf.replica" && own "$replica/dev.conf.replica"
  echo "include 'dev.conf.replica'" >>"$replica/postgresql.conf"
  "${server[@]}" "$pg_bin/pg_ctl" start -s -w -D "$replica" -l "$replica/log" </dev/null >/dev/null
}
stop_all() {
  [[ ! -f $replica/postmaster.pid ]] || "${server[@]}" "$pg_bin/pg_ctl" stop -s -m immediate -D "$replica" || true
  stop_instance
}
trap stop_all EXIT
# What its process that replays has used, once it has replayed everything.
replay_ticks() {
  local end fields
  end=$(sql "$run_dir/pg" 'SELECT pg_current_wal_lsn()')
  while [[ $(sql "$replica.run" "SELECT pg_last_wal_replay_lsn() >= '$end'") != t ]]; do sleep 0.1; done
  read -r -a fields < <(sed 's/^.*) //' "/proc/$(pgrep -P "$(head -n 1 "$replica/postmaster.pid")" -f 'startup recovering')/stat")
  echo $((fields[11] + fields[12]))
}
sql() { "${server[@]}" psql -X -At -h "$1" -U postgres -d thoughts -c "$2" </dev/null; }

first=yes
measure() {
  local kind=$1 connections=$2 before after result
  shift 2
  wrk -t1 -c"$connections" -d2 -s tests/bench/cpu.lua "http://127.0.0.1:$port" -- "$@" >/dev/null # warm: plans, connections
  read -r -a before < <(tiers)
  result=$(wrk -t1 -c"$connections" -d"$seconds" -s tests/bench/cpu.lua "http://127.0.0.1:$port" -- "$@" | tail -n 1)
  read -r -a after < <(tiers)
  [[ $(jq .errors <<<"$result") == 0 ]] || { echo "cpu.sh: $kind: $result" >&2; exit 1; }
  result=$(jq -c --argjson tick "$((1000000 / $(getconf CLK_TCK)))" --argjson ticks "[$((after[0] - before[0])), $((after[1] - before[1])), $((after[2] - before[2]))]" '
    . as $run | def each($number): $ticks[$number] * $tick / $run.requests | round;
    . + {nginx_us: each(0), functions_us: each(1), postgres_us: each(2), bytes: (.bytes / .requests | round)}' <<<"$result")
  [[ $first == yes ]] || echo ','
  first=no
  printf '    "%s": %s' "$kind" "$(jq -c '{nginx_us, functions_us, postgres_us, bytes}' <<<"$result")"
  jq -r --arg kind "$kind" '"\($kind): \(.requests / .seconds | round)/s, p50 \(.p50_ms) ms, p99 \(.p99_ms) ms, CPU in us: " +
    "NGINX \(.nginx_us), functions \(.functions_us), PostgreSQL \(.postgres_us)"' <<<"$result" >&2
}

row_bytes=$(sql "$run_dir/pg" "SELECT pg_total_relation_size('thoughts') / count(*) FROM thoughts")
printf '{\n  "requests": {\n'
measure empty 8 GET /null
measure get 8 GET '/api/thoughts/#/'
measure list 8 GET '/api/thoughts/?sort=-id'
measure own_list 8 GET /api/me/thoughts/ "$dir/token"
measure search 8 GET '/api/thoughts/?search=river&sort=-id'
start_replica
replayed=$(replay_ticks) count=$(sql "$run_dir/pg" 'SELECT max(id) FROM thoughts')
measure create 8 POST /api/me/thoughts/ "$dir/token" 'text=a+thought+of+the+length+that+people+write+on+most+days+#'
replayed=$(($(replay_ticks) - replayed)) count=$(($(sql "$run_dir/pg" 'SELECT max(id) FROM thoughts') - count))
replay_us=$((replayed * 1000000 / $(getconf CLK_TCK) / count))
echo "create: CPU in us of a replica that replays it: $replay_us" >&2
measure page 4 GET /thoughts/
measure login 2 POST /api/login/ /dev/null 'username=demo&password=demo-password'
printf '\n  },\n  "replay_us": %s,\n  "row_bytes": %s\n}\n' "$replay_us" "$row_bytes"
