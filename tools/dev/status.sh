#!/usr/bin/env bash
# ./dev status
set -euo pipefail
# shellcheck source=tools/dev/common.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"

usage() {
  cat <<'EOF'
Examples:
  ./dev status
  ./dev status --state /tmp/second

Says what runs and where. Exit 0 when all is ready, 1 otherwise.

Options:
  --state DIR   the instance's folder (default .dev)
EOF
}

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
    *) misuse "status: unknown option \"$1\". ./dev status --help lists them." ;;
  esac
  shift
done

if ! read_instance; then
  echo "nothing was started in $state"
  exit 1
fi
all=0
row() { printf '%-11s %-9s %s\n' "$1" "$2" "$3"; }
for name in nginx fnhost; do
  if pid=$(pid_of "$name"); then row "$name" running "pid $pid"; else row "$name" stopped "" && all=1; fi
done
if postgres_runs; then
  row postgresql running "pid $(head -n 1 "$state/postgres/postmaster.pid"), socket $run_dir/pg"
else
  row postgresql stopped "" && all=1
fi
ready=$(curl -s -o /dev/null -m 2 -w '%{http_code}' "http://127.0.0.1:$((port + 2))/readyz" || true)
if [[ $ready == 200 ]]; then row ready yes ""; else row ready no "readyz says $ready" && all=1; fi
row public "" "http://localhost:$port"
row internal "" "http://localhost:$((port + 1))"
row metrics "" "http://localhost:$((port + 2))/metrics"
row state "" "$state"
if pid_of fnhost >/dev/null; then "$state/bin/fnhost" status --config "$state/fnhost.json" 2>/dev/null || true; fi
exit "$all"
