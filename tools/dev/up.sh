#!/usr/bin/env bash
# ./dev up
set -euo pipefail
here=$(dirname -- "${BASH_SOURCE[0]}")
# shellcheck source=tools/dev/common.sh
source "$here/common.sh"
# shellcheck source=tools/dev/state.sh
source "$here/state.sh"
# shellcheck source=tools/dev/build.sh
source "$here/build.sh"
# shellcheck source=tools/dev/static.sh
source "$here/static.sh"
# shellcheck source=tools/dev/postgres.sh
source "$here/postgres.sh"
# shellcheck source=tools/dev/configure.sh
source "$here/configure.sh"
# shellcheck source=tools/dev/docs.sh
source "$here/docs.sh"
# shellcheck source=tools/dev/stop.sh
source "$here/stop.sh"

usage() {
  cat <<'EOF'
Examples:
  ./dev up                                             start; Ctrl-C stops all
  ./dev up --detach                                    start and return; ./dev down stops it
  ./dev up --detach --port 9080 --state /tmp/second    a second instance beside the first
  ./dev up --monolith http://localhost:9000            in front of an old site, whose routes move to functions one by one

Installs missing Debian packages (asks sudo when not root), builds, starts a private PostgreSQL, migrates it, loads a
demo user with thoughts, starts fnhost and NGINX, waits until all is ready, and prints where it is.

Options:
  --port P         public port P, internal P+1, metrics P+2 (default 8080)
  --state DIR      the instance's data, logs and keys (default .dev)
  --monolith URL   an old site beside the functions (http://, uwsgi:// or fastcgi://): it gets all routes until
                   "./dev fnhost migration promote NAME" moves them
  --monolith-database FILE   the connection string of its database: who is logged in there is logged in here too
                   (a role that may read thoughts_sessionmodel is enough; FILE is copied to the state folder)
  --detach         return when it is ready
EOF
}

detach=no want_port=8080 monolith='' monolith_database=''
while (($# > 0)); do
  case $1 in
    --port)
      need_value "$1" $#
      if [[ ! $2 =~ ^[1-9][0-9]{0,4}$ ]] || (($2 > 65533)); then misuse "--port needs a number from 1 to 65533"; fi
      want_port=$2
      shift
      ;;
    --state)
      need_value "$1" $#
      set_state "$2"
      shift
      ;;
    --monolith)
      need_value "$1" $#
      monolith=$2
      shift
      ;;
    --monolith-database)
      need_value "$1" $#
      [[ -r $2 ]] || misuse "--monolith-database: $2 cannot be read"
      monolith_database=$2
      shift
      ;;
    --detach) detach=yes ;;
    -h | --help)
      usage
      exit 0
      ;;
    *) misuse "up: unknown option \"$1\". ./dev up --help lists them." ;;
  esac
  shift
done

ready() { curl -sf -o /dev/null -m 2 "http://127.0.0.1:$((port + 2))/readyz"; }

report() {
  cat <<EOF

Thoughts     http://localhost:$port/
API          http://localhost:$port/docs/
Internal     http://localhost:$((port + 1))   (administration, health)
Metrics      http://localhost:$((port + 2))/metrics
Demo login   demo / demo-password
State        $state

Next:
  curl -s http://localhost:$port/api/login/ -d username=demo -d password=demo-password
  README.md goes on from there. ./dev status, ./dev logs, ./dev psql look inside.
EOF
}

wait_ready() {
  local deadline=$((SECONDS + 60))
  say "waiting until it is ready"
  until ready; do
    for name in fnhost nginx; do
      if ! pid_of "$name" >/dev/null; then
        tail -n 10 "$state/log/$name.log" >&2
        fail "$name ended at once (its last lines stand above; all of it in $state/log/)"
      fi
    done
    if ((SECONDS >= deadline)); then
      tail -n 10 "$state/log/fnhost.log" >&2
      curl -s -m 2 "http://127.0.0.1:$((port + 2))/readyz" >&2 || true
      fail "not ready after 60 s (see above). Look at $state/log/, then try again."
    fi
    sleep 0.05
  done
}

[[ -z $monolith_database || -n $monolith ]] || misuse "--monolith-database goes with --monolith"

bash "$here/install.sh"
prepare_state
exec 9>>"$state/lock"
flock -n 9 || fail "another ./dev up or down is at work in $state"

if read_instance && pid_of fnhost >/dev/null && pid_of nginx >/dev/null && postgres_runs && ready; then
  ((port == want_port)) || fail "$state runs on port $port already. First: ./dev down --state $state"
  say "it runs already. After a change of code: ./dev down, then ./dev up."
  report
  exit 0
fi

failed() {
  trap - EXIT INT TERM HUP
  say "stopping"
  stop_all
}
if read_instance; then stop_all; fi # what a broken start or a killed process left
port=$want_port
choose_run_dir
check_ports
build
collect
make_docs
printf 'port=%s\nrun_dir=%s\n' "$port" "$run_dir" >"$state/instance"
trap failed EXIT
trap 'exit 130' INT TERM HUP
make_run_dir
start_postgres
migrate
make_keys
load_demo
write_config
say "starting fnhost and NGINX"
launch fnhost "$state/bin/fnhost" run --config "$state/fnhost.json"
launch nginx "$nginx" -e "$state/log/nginx-error.log" -p "$state/nginx" \
  -c "$state/nginx/nginx.conf" -g 'daemon off;'
wait_ready
say "ready"
report
if [[ $detach == yes ]]; then
  trap - EXIT INT TERM HUP
  exit 0
fi

flock -u 9
say "Ctrl-C stops it; logs: ./dev logs -f"
trap 'exit 0' INT TERM HUP
while pid_of fnhost >/dev/null && pid_of nginx >/dev/null; do
  sleep 1 &
  wait "$!" || true
done
flock -w 60 9
if [[ -f $state/nginx.pid || -f $state/fnhost.pid ]]; then # not stopped by ./dev down
  say "fnhost or NGINX ended; see $state/log/"
  exit 1
fi
trap - EXIT
