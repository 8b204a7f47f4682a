#!/usr/bin/env bash
# ./dev logs
set -euo pipefail
# shellcheck source=tools/dev/common.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"

usage() {
  cat <<'EOF'
Examples:
  ./dev logs                 the last lines of everything
  ./dev logs login           lines of the function `login`, as `fnhost logs` shows them
  ./dev logs nginx-error -f  go on as lines come

Usage: ./dev logs [NAME] [-f] [-n LINES] [--state DIR]
NAME is a function, or a file of the state folder's log/ without its ending (fnhost, postgres, nginx, ...).
EOF
}

name='' follow=() lines=100
while (($# > 0)); do
  case $1 in
    --state)
      need_value "$1" $#
      set_state "$2"
      shift
      ;;
    -n)
      need_value "$1" $#
      lines=$2
      shift
      ;;
    -f | --follow) follow=(-f) ;;
    -h | --help)
      usage
      exit 0
      ;;
    -*) misuse "logs: unknown option \"$1\". ./dev logs --help lists them." ;;
    *) name=$1 ;;
  esac
  shift
done

need_instance
shopt -s nullglob
if [[ -z $name ]]; then
  exec tail -n "$((lines / 4 + 1))" "${follow[@]/-f/-F}" "$state"/log/*.log
elif [[ -f $state/log/$name.log ]]; then
  exec tail -n "$lines" "${follow[@]/-f/-F}" "$state/log/$name.log"
elif [[ -d $state/functions/$name ]]; then
  exec "$state/bin/fnhost" logs "$name" -n "$lines" "${follow[@]}" --config "$state/fnhost.json"
else
  fail "no function and no log is called \"$name\". Logs: $(cd "$state/log" && echo *.log)"
fi
