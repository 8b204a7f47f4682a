#!/usr/bin/env bash
# ./dev psql
set -euo pipefail
# shellcheck source=tools/dev/common.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"

usage() {
  cat <<'EOF'
Examples:
  ./dev psql
  ./dev psql -c 'SELECT count(*) FROM thoughts'
  ./dev psql --state /tmp/second -At -f query.sql

Opens psql on the instance's database, as its owner. Options other than --state go to psql.
EOF
}

arguments=()
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
    *) arguments+=("$1") ;;
  esac
  shift
done
need_database
exec "${server[@]}" psql -h "$(postgres_host)" -U postgres -d thoughts "${arguments[@]}"
