#!/usr/bin/env bash
# ./dev test
set -euo pipefail
here=$(dirname -- "${BASH_SOURCE[0]}")
# shellcheck source=tools/dev/common.sh
source "$here/common.sh"
# shellcheck source=tools/dev/state.sh
source "$here/state.sh"
# shellcheck source=tools/dev/test/count.sh
source "$here/test/count.sh"
# shellcheck source=tools/dev/test/unit.sh
source "$here/test/unit.sh"
# shellcheck source=tools/dev/test/fuzz.sh
source "$here/test/fuzz.sh"
# shellcheck source=tools/dev/test/instance.sh
source "$here/test/instance.sh"
# shellcheck source=tools/dev/test/node.sh
source "$here/test/node.sh"
# shellcheck source=tools/dev/test/containers.sh
source "$here/test/containers.sh"
# shellcheck source=tools/dev/test/kubernetes.sh
source "$here/test/kubernetes.sh"
# shellcheck source=tools/dev/test/openapi.sh
source "$here/test/openapi.sh"

usage() {
  cat <<'EOF'
Examples:
  ./dev test                        everything; needs nothing running and leaves nothing running
  ./dev test unit                   Bazel's tests, beside the code
  ./dev test e2e                    tests/e2e against an instance of its own, on free ports, with a state of its own; then
                                    tests/openapi: whether all that was answered is what /api/openapi.json says
  ./dev test oauth                  tests/oauth_clients: OAuth client libraries against such an instance
  ./dev test browser                tests/browser: all pages and flows in Chromium against such an instance
  ./dev test browser --only hostile --screenshots /tmp/pages
  ./dev test chaos                  tests/chaos against such an instance: load, and what goes wrong meanwhile
  ./dev test chaos --seconds 600 --load 5      each of its loads for ten minutes, with five times as many requests
  ./dev test chaos --only 'kills/*'
  ./dev test migration              tests/migration: the way from the old site to the functions, under load
  ./dev test containers             tests/containers: images, and containers of them in podman; skipped where that cannot run
  ./dev test kubernetes             tests/kubernetes: deploy/kubernetes against the schemas, without a cluster (20 seconds)
  ./dev test fuzz                   tests/fuzz: what strangers write and we parse, 20 seconds in all
  ./dev test fuzz --seconds 600     each of its programs for ten minutes

The last line is "N passed, M failed". Exit 0 when none failed.

Options:
  --seconds N        chaos: how long each load lasts (a few seconds); fuzz: how long each program runs (4)
  --load N           chaos: N times as many requests a second
  --only PATTERN     e2e, chaos, migration: these tests alone, as --run_test of Boost.Test has it; oauth, browser, containers:
                     PATTERN.test.mjs
  --screenshots DIR  browser: where it shows what pages look like (.screenshots); index.html there has all of them
EOF
}

what=all seconds='' load='' only='' screenshots=''
while (($# > 0)); do
  case $1 in
    unit | e2e | oauth | browser | chaos | migration | containers | kubernetes | fuzz) what=$1 ;;
    --seconds | --load)
      need_value "$1" $#
      [[ $2 =~ ^[1-9][0-9]*$ ]] || misuse "test: $1 needs a number"
      [[ $1 == --load ]] && load=$2 || seconds=$2
      shift
      ;;
    --only)
      need_value "$1" $#
      only=$2
      shift
      ;;
    --screenshots)
      need_value "$1" $#
      screenshots=$2
      shift
      ;;
    -h | --help)
      usage
      exit 0
      ;;
    *) misuse "test: \"$1\" is not a kind of test. ./dev test --help lists them." ;;
  esac
  shift
done
[[ -z $seconds || $what == chaos || $what == fuzz ]] || misuse "test: --seconds goes with chaos and fuzz"
[[ -z $load || $what == chaos ]] || misuse "test: --load goes with chaos"
[[ -z $only || $what =~ ^(e2e|oauth|browser|chaos|migration|containers)$ ]] || misuse "test: --only goes with e2e, oauth, browser, chaos, migration, containers"
[[ -z $screenshots || $what == all || $what == browser ]] || misuse "test: --screenshots goes with browser"
export SCREENSHOTS
SCREENSHOTS=$(realpath -m -- "${screenshots:-$repo/.screenshots}")

passed=0 failed=0 skipped=0
work=$(mktemp -d)
chmod 711 "$work" # the servers' user reaches the state folder through it

# A Bazel server that was not there before goes again.
server_pid=$HOME/.cache/bazel/_bazel_$(id -un)/$(printf %s "$repo" | md5sum | cut -d' ' -f1)/server/server.pid.txt
had_server=no
if [[ -f $server_pid ]] && kill -0 "$(<"$server_pid")" 2>/dev/null; then had_server=yes; fi
clean() {
  trap - EXIT
  stop_instances
  [[ -z ${CONTAINERS_STORAGE_CONF:-} || $CONTAINERS_STORAGE_CONF != "$work"/* ]] || clear_storage
  if [[ $had_server == no && -z ${DEV_BAZEL:-} ]]; then bazel_ shutdown >/dev/null 2>&1 || true; fi
  rm -rf -- "$work"
}
trap clean EXIT

need=()
if [[ $what == all || $what == oauth || $what == e2e ]]; then need+=(--oauth); fi
if [[ $what == all || $what == browser ]]; then need+=(--browser); fi
if [[ $what == all || $what == fuzz ]]; then need+=(--fuzz); fi
if [[ $what == containers ]]; then need+=(--oauth --containers); fi
if [[ $what == kubernetes ]]; then need+=(--oauth); fi
bash "$here/install.sh" "${need[@]}"
if [[ $what == all || $what == unit ]]; then test_unit; fi
if [[ $what == all || $what == kubernetes ]]; then test_kubernetes; fi
if [[ $what == all || $what == fuzz ]]; then test_fuzz "${seconds:-4}"; fi
if [[ $what == all || $what == e2e ]]; then
  record_exchanges e2e
  test_instance e2e 600
  test_openapi e2e "$([[ -n $only ]] || echo yes)"
fi
if [[ $what == all || $what == oauth ]]; then
  record_exchanges oauth
  test_oauth
  test_openapi oauth
fi
unset EXCHANGES
if [[ $what == all || $what == browser ]]; then test_browser; fi
if [[ $what == all || $what == chaos ]]; then
  export CHAOS_SECONDS=$seconds CHAOS_LOAD=$load
  test_instance chaos $((600 + 20 * ${seconds:-0}))
fi
if [[ $what == all || $what == migration ]]; then test_instance migration 300; fi
if [[ $what == containers ]]; then test_containers; fi
clean
say "done"
printf '%d passed, %d failed\n' "$passed" "$failed"
((failed == 0 && passed + skipped > 0))
