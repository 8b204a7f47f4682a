#!/usr/bin/env bash
# Stops an instance's processes: NGINX first, then the functions behind it, then the database. Sourced.
# shellcheck disable=SC2154 # what common.sh sets
set -euo pipefail

# Workers outlive a supervisor that was killed. They are known by their program, which lies in the state folder.
strays() {
  local folder target
  for folder in /proc/[0-9]*; do
    target=$(readlink -- "$folder/exe" 2>/dev/null) || continue
    case $target in
      "$state"/functions/* | "$state"/fnhost/revisions/* | "$state"/bin/*) echo "${folder#/proc/}" ;;
    esac
  done
}

stop_strays() {
  local pid signal=TERM round
  for round in {1..100}; do
    mapfile -t pids < <(strays)
    if ((${#pids[@]} == 0)); then return 0; fi
    ((round < 60)) || signal=KILL
    for pid in "${pids[@]}"; do kill "-$signal" "$pid" 2>/dev/null || true; done
    sleep 0.1
  done
}

stop_all() {
  stop nginx QUIT 10
  stop fnhost TERM 20
  stop_strays
  stop_postgres
  rm -rf -- "${run_dir:?}"
}
