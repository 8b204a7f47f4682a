#!/usr/bin/env bash
# ./dev bench
set -euo pipefail
here=$(dirname -- "${BASH_SOURCE[0]}")
# shellcheck source=tools/dev/common.sh
source "$here/common.sh"

usage() {
  cat <<'EOF'
Examples:
  ./dev bench              all, as below
  ./dev bench empty 5 10   an empty function behind NGINX beside a bare epoll responder and PHP-FPM, in one run:
                           5 rounds of 10 seconds each (3 of 5)
  ./dev bench host 50      cold starts, deploys, memory: 50 times each (20)
  ./dev bench pages 10     the front end's pages with 100,000 thoughts: 10 seconds each
  ./dev bench cpu 10       what one request costs NGINX, functions and PostgreSQL: 10 seconds of each kind (10)
  ./dev bench tokens 21    signing and checking tokens, with and without the cache: medians of 21 rounds (21)

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
    empty | host | pages | cpu | tokens) what=$argument ;;
    *)
      [[ $argument =~ ^[1-9][0-9]*$ ]] || misuse "bench: \"$argument\" is not a number. ./dev bench --help."
      numbers+=("$argument")
      ;;
  esac
done
bash "$here/install.sh" --bench
wanted() { [[ $what == all || $what == "$1" ]]; }
if wanted empty; then bash "$repo/tests/bench/empty.sh" "${numbers[@]}"; fi
if wanted host; then bash "$repo/tests/bench/host.sh" "${numbers[@]:0:1}"; fi
if wanted pages; then bash "$repo/tests/bench/pages.sh" "${numbers[@]:0:1}"; fi
if wanted cpu; then bash "$repo/tests/bench/cpu.sh" "${numbers[@]:0:1}"; fi
if wanted tokens; then
  bazel_ build //tests/bench:token_check >/dev/null 2>&1 || fail "tests/bench:token_check does not build"
  "$(bazel_bin)/tests/bench/token_check" "${numbers[@]:0:1}"
fi
