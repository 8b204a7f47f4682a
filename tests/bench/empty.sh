#!/usr/bin/env bash
# An empty answer behind one NGINX, side by side in one run: functions/null on fnhost (FastCGI and uwsgi),
# a bare epoll responder, PHP-FPM.
#
#   tests/bench/empty.sh [ROUNDS [SECONDS]]      rounds of each in turn (3), seconds each (5)
#
# Needs the packages nginx, wrk and php-fpm. Prints requests per second, and the ratios of the medians.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
rounds=${1:-3}
seconds=${2:-5}
for tool in wrk nginx php-fpm8.2; do
  command -v "$tool" >/dev/null || { echo "empty.sh: $tool is missing: apt-get install nginx wrk php-fpm" >&2; exit 1; }
done
read -r -a startup <<<"${DEV_BAZEL:-}"
bazel "${startup[@]}" build //functions/null //host/cli:fnhost //tests/bench:bare_responder >&2

dir=$(mktemp -d /tmp/fnhost-bench-XXXXXX)
pids=()
stop() {
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
  wait 2>/dev/null || true
  rm -rf "$dir"
}
trap stop EXIT

mkdir -p "$dir"/functions/{null,null_uwsgi} "$dir/run" "$dir/host" # host: where fnhost would find an NGINX of its own
cp bazel-bin/functions/null/null functions/null/function.json "$dir/functions/null/"
cp bazel-bin/functions/null/null "$dir/functions/null_uwsgi/null_uwsgi"
sed 's#"null"#"null_uwsgi"#; s#"/null"#"/null_uwsgi"#; s#"fastcgi"#"uwsgi"#' functions/null/function.json >"$dir/functions/null_uwsgi/function.json"
echo '<?php header("Content-Type: application/json"); echo "{\"hello\":\"world\"}";' >"$dir/null.php"
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])' 2>/dev/null || echo 18099)
user=$(id -un)
group=$(id -gn)
cat >"$dir/fnhost.json" <<JSON
{"functions": "$dir/functions", "run_dir": "$dir/run", "metrics": "127.0.0.1:$((port + 2))", "grace_ms": 1000, "revision": "bench",
 "environment": {}, "needs": {},
 "nginx": {"public_port": $port, "internal_port": $((port + 1)), "prefix": "$dir/host", "static_dir": "$PWD/nginx/static", "user": "", "workers": 2}}
JSON
cat >"$dir/fpm.conf" <<FPM
[global]
error_log = $dir/fpm.log
daemonize = no
[www]
listen = $dir/php.sock
listen.backlog = 4096
pm = static
pm.max_children = 4
user = $user
group = $group
FPM
location() {
  echo "location = /$1 { include fastcgi_params; fastcgi_param SCRIPT_FILENAME $dir/null.php; fastcgi_pass $1; $2 }"
}
cat >"$dir/nginx.conf" <<NGINX
$([ "$(id -u)" = 0 ] && echo "user root;")
worker_processes 2;
pid $dir/nginx.pid;
error_log $dir/nginx.log;
events { worker_connections 4096; }
http {
  access_log off;
  client_body_temp_path $dir/t1; fastcgi_temp_path $dir/t2; proxy_temp_path $dir/t3; uwsgi_temp_path $dir/t4; scgi_temp_path $dir/t5;
  keepalive_requests 1000000000;
  include /etc/nginx/mime.types;
  upstream null { server unix:$dir/run/null.sock max_fails=0; keepalive 64; keepalive_requests 1000000000; }
  upstream null_uwsgi { server unix:$dir/run/null_uwsgi.sock max_fails=0; }
  upstream bare { server unix:$dir/bare.sock max_fails=0; keepalive 64; keepalive_requests 1000000000; }
  upstream php { server unix:$dir/php.sock max_fails=0; }
  server {
    listen 127.0.0.1:$port;
    $(location null "fastcgi_keep_conn on;")
    location = /null_uwsgi { include /etc/nginx/uwsgi_params; uwsgi_pass null_uwsgi; }
    $(location bare "fastcgi_keep_conn on;")
    $(location php "")
  }
}
NGINX
sed -i "s#include fastcgi_params;#include /etc/nginx/fastcgi_params;#" "$dir/nginx.conf"

bazel-bin/host/cli/fnhost run --config "$dir/fnhost.json" 2>"$dir/fnhost.log" & pids+=($!)
bazel-bin/tests/bench/bare_responder "$dir/bare.sock" 2 & pids+=($!)
php-fpm8.2 --nodaemonize --allow-to-run-as-root --fpm-config "$dir/fpm.conf" 2>/dev/null & pids+=($!)
nginx -p "$dir" -c "$dir/nginx.conf" -g 'daemon off;' 2>/dev/null & pids+=($!)

for what in null null_uwsgi bare php; do
  for _ in $(seq 100); do
    [ "$(curl -s "http://127.0.0.1:$port/$what")" = '{"hello":"world"}' ] && continue 2
    sleep 0.1
  done
  echo "empty.sh: $what does not answer; see the logs:" >&2
  tail -n 5 "$dir"/*.log >&2
  exit 1
done

rate() { wrk -t1 -c32 -d"${seconds}s" "http://127.0.0.1:$port/$1" | awk '/Requests\/sec/ {print int($2)} /Non-2xx/ {print "empty.sh: " $0 > "/dev/stderr"; bad = 1} END {exit bad}'; }
declare -A rates
for what in null null_uwsgi bare php; do rate "$what" >/dev/null; done # warm
for round in $(seq "$rounds"); do
  for what in null null_uwsgi bare php; do
    r=$(rate "$what")
    rates[$what]+="$r "
    printf 'round %d  %-10s %7d requests/s\n' "$round" "$what" "$r"
  done
done
median() { tr ' ' '\n' <<<"$1" | grep . | sort -n | awk '{a[NR] = $1} END {print a[int((NR + 1) / 2)]}'; }
null=$(median "${rates[null]}")
uwsgi=$(median "${rates[null_uwsgi]}")
bare=$(median "${rates[bare]}")
php=$(median "${rates[php]}")
awk -v n="$null" -v u="$uwsgi" -v b="$bare" -v p="$php" 'BEGIN {
  printf "median: functions/null %d (over uwsgi %d), bare epoll responder %d, PHP-FPM %d requests/s\n", n, u, b, p
  printf "functions/null is %.2f of the bare responder and %.2f x PHP-FPM\n", n / b, n / p }'
