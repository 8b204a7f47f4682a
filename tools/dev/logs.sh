#!/usr/bin/env bash
# ./dev logs
set -euo pipefail
# shellcheck source=tools/dev/common.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"

usage() {
  cat <<'EOF'
Examples:
  ./dev logs                 the last lines of everything
  ./dev logs login           lines of the function `login`
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
    -f | --follow) follow=(-F) ;;
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
  exec tail -n "$((lines / 4 + 1))" "${follow[@]}" "$state"/log/*.log
elif [[ -f $state/log/$name.log ]]; then
  exec tail -n "$lines" "${follow[@]}" "$state/log/$name.log"
elif [[ -d $state/functions/$name ]]; then
  # Every line of the host's log is one JSON object that names its function.
  if ((${#follow[@]})); then
    tail -n +1 -F "$state/log/fnhost.log" | grep --line-buffered -F "\"function\":\"$name\""
  else
    grep -F "\"function\":\"$name\"" "$state/log/fnhost.log" | tail -n "$lines"
  fi
else
  fail "no function and no log is called \"$name\". Logs: $(cd "$state/log" && echo *.log)"
fi
