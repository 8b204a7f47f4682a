#!/usr/bin/env bash
# ./dev seed
set -euo pipefail
# shellcheck source=tools/dev/common.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"
# shellcheck source=tools/dev/configure.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/configure.sh"

usage() {
  cat <<'EOF'
Examples:
  ./dev seed --users 5000 --thoughts 1000000
  ./dev seed --users 10 --thoughts 500 --state /tmp/second

Brings the database to this many seeded users and thoughts, beside what is there otherwise: the same again changes
nothing. The users are user00001, user00002, ..., all with the password seed-password.

Options:
  --users N      seeded users
  --thoughts N   seeded thoughts
  --state DIR    the instance's folder (default .dev)
EOF
}

users='' thoughts=''
while (($# > 0)); do
  case $1 in
    --state | --users | --thoughts)
      need_value "$1" $#
      case $1 in
        --state) set_state "$2" ;;
        --users) users=$2 ;;
        --thoughts) thoughts=$2 ;;
      esac
      shift
      ;;
    -h | --help)
      usage
      exit 0
      ;;
    *) misuse "seed: unknown option \"$1\". ./dev seed --help lists them." ;;
  esac
  shift
done
[[ $users =~ ^(0|[1-9][0-9]*)$ ]] || misuse "seed: --users needs a number"
[[ $thoughts =~ ^(0|[1-9][0-9]*)$ ]] || misuse "seed: --thoughts needs a number"
need_database
exec "$state/bin/seed" fill --users "$users" --thoughts "$thoughts" \
  --database-url-file "$state/secrets/owner.dsn" --password-hash-file "$(hash_file seed seed-password)"
