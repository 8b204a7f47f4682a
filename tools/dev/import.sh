#!/usr/bin/env bash
# ./dev import
set -euo pipefail
# shellcheck source=tools/dev/common.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"

usage() {
  cat <<'EOT'
Examples:
  ./dev import --from old.dsn --dry-run
  ./dev import --from old.dsn
  ./dev import --from "host=db.example dbname=monolith user=reader"
  tests/monolith/run.sh --thoughts 1000; ./dev import --from .monolith/monolith.dsn     to try it

Brings users and thoughts of the old site into the instance's database: users log in with their old passwords, thoughts
keep their ids and times. Run it again while the old site still writes: only what is new comes. It only reads there,
and only adds here. sql/import/README.md tells what is refused, and what happens to what changes on either side.

The report goes to stdout, progress to stderr. Exit 0 done, 1 failed, 2 wrong usage.

Options:
  --from DSN       the old site's database: a file that holds the connection string, or the string itself, without a
                   password (libpq finds that in ~/.pgpass, PGPASSWORD, ...)
  --dry-run        write nothing, say what would happen
  --json           the report as JSON
  --strict         exit 1 when something is refused
  --refused FILE   all rows that are refused or differ, a JSON object a line (STATE/import-refused.jsonl)
  --reserve N      ids of thoughts left to the old site, from its newest on (1000000)
  --state DIR      the instance's folder (default .dev)
EOT
}

from='' refused='' options=()
while (($# > 0)); do
  case $1 in
    --state | --from | --refused | --reserve)
      need_value "$1" $#
      case $1 in
        --state) set_state "$2" ;;
        --from) from=$2 ;;
        --refused) refused=$2 ;;
        --reserve) options+=(--reserve "$2") ;;
      esac
      shift
      ;;
    --dry-run | --json | --strict) options+=("$1") ;;
    -h | --help)
      usage
      exit 0
      ;;
    *) misuse "import: unknown option \"$1\". ./dev import --help lists them." ;;
  esac
  shift
done
[[ -n $from ]] || misuse "import: --from names the old site's database. ./dev import --help shows an example."
need_database
[[ -x $state/bin/import && -s $state/secrets/import.dsn ]] ||
  fail "this instance is older than ./dev import: ./dev down, then ./dev up"
exec "$state/bin/import" --from "$from" --refused "${refused:-$state/import-refused.jsonl}" \
  --database-url-file "$state/secrets/import.dsn" "${options[@]}"
