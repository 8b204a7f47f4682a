#!/usr/bin/env bash
# ./dev bench
set -euo pipefail
here=$(dirname -- "${BASH_SOURCE[0]}")
# shellcheck source=tools/dev/common.sh
source "$here/common.sh"

usage() {
  cat <<'EOF'
Examples:
  ./dev bench              both, as below
  ./dev bench empty 5 10   an empty function behind NGINX beside a bare epoll responder and PHP-FPM, in one run:
                           5 rounds of 10 seconds each (3 of 5)
  ./dev bench host 50      cold starts, deploys, memory: 50 times each (20)

Needs nothing running. The figures are worth something on a quiet machine alone.
EOF
}

what=all
numbers=()
for argument in "$@"; do
  case $argument in
    -h | --help)
      usage
      exit 0
      ;;
    empty | host) what=$argument ;;
    *)
      [[ $argument =~ ^[1-9][0-9]*$ ]] || misuse "bench: \"$argument\" is not a number. ./dev bench --help."
      numbers+=("$argument")
      ;;
  esac
done
bash "$here/install.sh" --bench
[[ $what == host ]] || bash "$repo/tests/bench/empty.sh" "${numbers[@]}"
[[ $what == empty ]] || bash "$repo/tests/bench/host.sh" "${numbers[@]:0:1}"
