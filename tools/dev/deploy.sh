#!/usr/bin/env bash
# ./dev deploy
set -euo pipefail
here=$(dirname -- "${BASH_SOURCE[0]}")
# shellcheck source=tools/dev/common.sh
source "$here/common.sh"
# shellcheck source=tools/dev/build.sh
source "$here/build.sh"
# shellcheck source=tools/dev/configure.sh
source "$here/configure.sh"
# shellcheck source=tools/dev/docs.sh
source "$here/docs.sh"
# shellcheck source=tools/dev/static.sh
source "$here/static.sh"

usage() {
  cat <<'EOF'
Examples:
  ./dev deploy hello
  ./dev deploy login --state /tmp/second

Builds the function and deploys it with `fnhost deploy` on the instance that runs: no request fails, and the revision
before stays when the new one does not start. ./dev fnhost rollback NAME goes back.

Options:
  --state DIR   the instance's folder (default .dev)
EOF
}

name=''
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
    -*) misuse "deploy: unknown option \"$1\". ./dev deploy --help lists them." ;;
    *)
      [[ -z $name ]] || misuse "deploy: one function at a time"
      name=$1
      ;;
  esac
  shift
done
[[ -n $name ]] || misuse "deploy: the function's name is missing. ./dev deploy --help shows an example."
manifest=$repo/functions/$name/function.json
[[ -f $manifest ]] || fail "there is no functions/$name/function.json. ./dev new $name makes the folder."
need_instance
pid_of fnhost >/dev/null || fail "fnhost does not run in $state. ./dev up --detach starts it."

seconds() { awk -v from="$1" -v to="$EPOCHREALTIME" 'BEGIN { printf "%.1f s", to - from }'; }

began=$EPOCHREALTIME
log=$(mktemp)
trap 'rm -f -- "$log"' EXIT
bazel_quietly "$log" build --curses=no --color=no --show_progress_rate_limit=5 -- "//functions/$name" || {
  grep -av '^\[[0-9,]* / [0-9,]*\]' "$log" | tail -n 40 >&2
  fail "the build failed (its last lines stand above)"
}
binary=$(bazel_bin)/functions/$name/$name
say "built in $(seconds "$began")"
began=$EPOCHREALTIME
lay_static # before pages that ask for them
"$state/bin/fnhost" deploy "$name" --config "$state/fnhost.json" --binary "$binary" --manifest "$manifest"
say "deployed in $(seconds "$began")"
describe "$name"
write_description
jq -r --arg public "http://localhost:$port" --arg internal "http://localhost:$((port + 1))" '
  (if .exposure == "public" then $public else $internal end) as $host
  | .routes[] | .path as $path | .methods[] | "  \(.) \($host)\($path)"' "$manifest" >&2
