#!/usr/bin/env bash
# ./dev bench
set -euo pipefail
here=$(dirname -- "${BASH_SOURCE[0]}")
# shellcheck source=tools/dev/common.sh
source "$here/common.sh"

usage() {
  cat <<'EOF'
Examples:
  ./dev bench        3 rounds of 5 seconds each
  ./dev bench 5 10   5 rounds of 10 seconds each

Measures an empty function behind NGINX beside a bare epoll responder and PHP-FPM, in one run (tests/bench/empty.sh).
Needs nothing running.
EOF
}

for argument in "$@"; do
  case $argument in
    -h | --help)
      usage
      exit 0
      ;;
    *) [[ $argument =~ ^[1-9][0-9]*$ ]] || misuse "bench: \"$argument\" is not a number. ./dev bench --help." ;;
  esac
done
bash "$here/install.sh" --bench
exec bash "$repo/tests/bench/empty.sh" "$@"
