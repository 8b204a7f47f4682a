#!/usr/bin/env bash
# The old site for people: starts it with a PostgreSQL of its own, or in front of our API.
set -euo pipefail
folder=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=tools/dev/common.sh
source "$folder/../../tools/dev/common.sh"
# shellcheck source=tools/dev/state.sh
source "$folder/../../tools/dev/state.sh"
# shellcheck source=tools/dev/postgres.sh
source "$folder/../../tools/dev/postgres.sh"

usage() {
  cat <<'USAGE'
Examples:
  tests/monolith/run.sh                             the old site, on http://localhost:9000 and uwsgi://localhost:9001
  tests/monolith/run.sh --thoughts 100000           with so many thoughts of 1000 users in it
  tests/monolith/run.sh --api http://localhost:8080 the old site changed to use the API of an instance
  ./dev up --monolith http://localhost:9000         an instance in front of it
  ./dev import --from .monolith/monolith.dsn        its users and thoughts

Ctrl-C stops it. Log in as old / old-password (or, with --api, as any user of the instance).

Options:
  --port P            http on port P, uwsgi on P+1 (9000)
  --state DIR         its PostgreSQL and logs (.monolith)
  --thoughts N        old thoughts, at least (0)
  --api URL           use this API instead of a database
  --public-keys DIR   know people by our session tokens too (.dev/keys/public); needs --issuer
  --issuer URL        SESSION_ISSUER of the instance, as http://localhost:8080
USAGE
}

set_state "$repo/.monolith"
want_port=9000 thoughts=0 api='' public_keys='' issuer=''
while (($# > 0)); do
  case $1 in
    --port | --state | --thoughts | --api | --public-keys | --issuer)
      need_value "$1" $#
      case $1 in
        --port) want_port=$2 ;;
        --state) set_state "$2" ;;
        --thoughts) thoughts=$2 ;;
        --api) api=$2 ;;
        --public-keys) public_keys=$(realpath -m -- "$2") ;;
        --issuer) issuer=$2 ;;
      esac
      shift
      ;;
    -h | --help)
      usage
      exit 0
      ;;
    *) misuse "run.sh: unknown option \"$1\". --help lists them." ;;
  esac
  shift
done
if [[ ! $want_port =~ ^[1-9][0-9]{0,4}$ ]] || ((want_port > 65534)); then
  misuse "run.sh: --port needs a number from 1 to 65534"
fi
[[ $thoughts =~ ^(0|[1-9][0-9]{0,8})$ ]] || misuse "run.sh: --thoughts needs a number"
[[ -z $public_keys || -n $issuer ]] || misuse "run.sh: --public-keys needs --issuer"

# bcrypt of "old-password".
# shellcheck disable=SC2016 # dollars of a hash
hash='$2b$10$b6.2c2S/CSX1qMlAi6Z7S.WDo4Z1EdQbLUoFmWn55Rs6mJvvdrJJ.'
psql_old() { "${server[@]}" psql -X -q -v ON_ERROR_STOP=1 -h "$run_dir/pg" -U postgres "$@"; }

fill() {
  if [[ $(psql_old -d postgres -Atc "SELECT 1 FROM pg_database WHERE datname = 'monolith'") != 1 ]]; then
    psql_old -d postgres -c 'CREATE DATABASE monolith'
  fi
  if [[ -z $(psql_old -d monolith -Atc "SELECT to_regclass('thoughts_usermodel')") ]]; then
    psql_old -d monolith -1 -f - <"$folder/schema.sql"
  fi
  psql_old -d monolith -1 -v hash="$hash" -v thoughts="$thoughts" <<'SQL'
INSERT INTO thoughts_usermodel (username, password_hash)
SELECT name, :'hash'
FROM (SELECT 'old' UNION ALL SELECT 'old' || n FROM generate_series(1, 1000) AS n WHERE :thoughts > 0) AS wanted (name)
WHERE NOT EXISTS (SELECT FROM thoughts_usermodel WHERE username = name);
INSERT INTO thoughts_thoughtmodel (username, text, timestamp)
SELECT 'old' || 1 + n % 1000, 'Old thought ' || n || ' about ' || md5(n::text), now() - (:thoughts - n) * interval '10 seconds'
FROM generate_series((SELECT count(*) FROM thoughts_thoughtmodel) + 1, :thoughts) AS n;
SQL
  install -m 600 /dev/stdin "$state/monolith.dsn" <<<"host=$run_dir/pg dbname=monolith user=postgres"
  own "$state/monolith.dsn"
}

# shellcheck disable=SC2317 # called by the trap
finish() {
  trap - EXIT INT TERM
  stop uwsgi TERM 10
  if [[ -z $api ]]; then stop_postgres; fi
}

bash "$repo/tools/dev/install.sh"
for each in "$want_port" "$((want_port + 1))"; do
  if user=$(port_user "$each"); then fail "port $each is taken ($user). Choose two free ones with --port P (P, P+1)."; fi
done
prepare_state
trap finish EXIT
trap 'exit 130' INT TERM
choose_run_dir
if [[ -z $api ]]; then
  make_run_dir
  start_postgres
  fill
fi
say "starting the old site"
PYTHONDONTWRITEBYTECODE=1 MONOLITH_STORAGE=$([[ -z $api ]] && echo database || echo api) MONOLITH_API_URL=$api \
  MONOLITH_DATABASE_URL_FILE=$state/monolith.dsn SESSION_PUBLIC_KEYS=$public_keys SESSION_ISSUER=$issuer \
  launch uwsgi /usr/bin/uwsgi-core --ini "$folder/uwsgi.ini" --http-socket "127.0.0.1:$want_port" \
  --uwsgi-socket "127.0.0.1:$((want_port + 1))"
deadline=$((SECONDS + 30))
until curl -sf -o /dev/null -m 5 "http://127.0.0.1:$want_port/login/"; do
  if ! pid_of uwsgi >/dev/null || ((SECONDS >= deadline)); then
    tail -n 20 "$state/log/uwsgi.log" >&2
    fail "it does not answer (the last lines of $state/log/uwsgi.log stand above)"
  fi
  sleep 0.05
done
cat <<INFO

The old site   http://localhost:$want_port/   uwsgi://localhost:$((want_port + 1))
$([[ -z $api ]] && echo "Its database   $state/monolith.dsn" || echo "Its API        $api")
INFO
while pid_of uwsgi >/dev/null; do sleep 0.5; done
fail "uWSGI ended; see $state/log/uwsgi.log"
