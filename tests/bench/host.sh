#!/usr/bin/env bash
# What the host itself costs, on an instance of its own: cold starts, deploys, memory.
#
#   tests/bench/host.sh [ROUNDS]      of each measurement (20)
#
# Cold start: an ondemand function without a worker, from the request to the first byte of the answer, as a client sees it.
# Deploy: from the start of the command until the last worker of the old revision is gone.
# Memory: PSS, so that what processes share counts once.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=tests/bench/instance.sh
source tests/bench/instance.sh
rounds=${1:-20}
bazel_ build //tests/bench:first_byte >&2
start_instance
fnhost() { "$state/bin/fnhost" "$1" --config "$state/fnhost.json" "${@:2}"; }

# deploy_cold NAME ORIGINAL: the same program as an ondemand function that soon lets its worker go.
deploy_cold() {
  mkdir -p "$dir/$1"
  jq --arg name "$1" '.name = $name | .routes[0].path |= "/bench/\($name)" + sub("^/[^{]*"; "/")
    | .pool = {mode: "ondemand", min: 0, max: 1, threads: 4, idle_timeout_s: 1, max_requests: 0}' \
    "functions/$2/function.json" >"$dir/$1/function.json"
  fnhost deploy "$1" --binary "$state/functions/$2/$2" --manifest "$dir/$1/function.json" >&2
}

# cold NAME PATH: over the function's socket, and through NGINX.
cold() {
  local first_byte=bazel-bin/tests/bench/first_byte programs=$state/fnhost/revisions/$1
  printf '  %-28s %s\n' "$3, over the socket" \
    "$("$first_byte" "$rounds" "$programs" socket "$run_dir/$1.sock" "$dir/$1/function.json" "$2")"
  printf '  %-28s %s\n' "$3, through NGINX" "$("$first_byte" "$rounds" "$programs" nginx "$port" "$2")"
}

spread() { sort -n | awk '{ all[NR] = $1 } END { printf "min %.2f, median %.2f, max %.2f", all[1], all[int(NR / 2) + 1], all[NR] }'; }

draining() { fnhost status --json | jq --arg name "$1" '.functions[] | select(.name == $name) | .draining'; }

deploys() {
  local round binary from
  cp "$state/functions/null/null" "$dir/other"
  echo >>"$dir/other" # one byte behind the program: another revision that does the same
  for round in $(seq "$rounds"); do
    binary=$dir/other
    ((round % 2)) || binary=$state/functions/null/null
    from=$EPOCHREALTIME
    fnhost deploy null --binary "$binary" --manifest functions/null/function.json >&2
    while [[ $(draining null) != 0 ]]; do sleep 0.01; done
    awk -v from="$from" -v to="$EPOCHREALTIME" 'BEGIN { print to - from }'
  done
}

# pss PATTERN: of each process whose program's path matches, in MB.
pss() {
  local process program
  for process in /proc/[0-9]*; do
    program=$(readlink "$process/exe" 2>/dev/null) || continue
    # shellcheck disable=SC2053 # a pattern
    if [[ $program == $1 ]]; then awk '/^Pss:/ { print $2 / 1024 }' "$process/smaps_rollup"; fi
  done
}

deploy_cold cold_null null
deploy_cold cold_get thought_get
echo "Cold start to the first byte, $rounds times"
cold cold_null /bench/cold_null/ "without database"
cold cold_get /bench/cold_get/1/ "with database"
echo "Deploy of a function, $rounds times"
printf '  %-28s %s s\n' "two workers" "$(deploys | spread)"
for _ in $(seq 200); do
  curl -sf "http://localhost:$port/null" "http://localhost:$port/api/thoughts/" "http://localhost:$port/api/thoughts/1/"
done >/dev/null
workers=$(pss "$state/fnhost/revisions/*")
echo "Memory (PSS) of an idle instance with $(fnhost status --json | jq '.functions | length') functions"
printf '  %-28s %s MB\n' "$(wc -l <<<"$workers") workers, each" "$(spread <<<"$workers")"
printf '  %-28s %.1f MB\n' "all workers" "$(awk '{ sum += $1 } END { print sum }' <<<"$workers")"
printf '  %-28s %.1f MB\n' "fnhost and its keeper" "$(pss "$state/bin/fnhost" | awk '{ sum += $1 } END { print sum }')"
