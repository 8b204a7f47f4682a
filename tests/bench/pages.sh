#!/usr/bin/env bash
# The front end's pages on an instance of its own with 100,000 thoughts, as guests and as a user ask for them: pages a
# second and how long one takes, at moderate load.
#
#   tests/bench/pages.sh [SECONDS]      of each measurement (10)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=tests/bench/instance.sh
source tests/bench/instance.sh
seconds=${1:-10}
start_instance
./dev seed --users 2000 --thoughts 100000 --state "$state" >&2
token=$(./dev token demo --state "$state")

for path in / /thoughts/ '/search?search=river' /u/demo/; do
  printf '%-22s %s bytes, %s with gzip\n' "$path" "$(curl -s "http://localhost:$port$path" | wc -c)" \
    "$(curl -s "http://localhost:$port$path" | gzip -6 -c | wc -c)"
done
for connections in 1 4; do
  for who in guests user; do
    cookie=()
    [[ $who == guests ]] || cookie=("${token#Bearer }")
    printf '%-7s %d at a time: %s\n' "$who" "$connections" "$(wrk -t1 -c"$connections" -d"$seconds" \
      -s tests/bench/pages.lua "http://127.0.0.1:$port" -- "${cookie[@]}" | tail -n 1)"
  done
done
