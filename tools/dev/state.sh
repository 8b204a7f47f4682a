#!/usr/bin/env bash
# Makes the state folder (mode 0700, owned by the servers' user) and finds a folder for sockets. Sourced by up.
# shellcheck disable=SC2154 # what common.sh sets
set -euo pipefail

short_hash() { printf '%s' "$1" | sha256sum | cut -c1-10; }

# Below a closed folder such as /root the servers' user cannot reach its files: then they lie in /var/lib/fnhost, and
# the state folder is a link to them.
reachable() {
  local folder=$1
  while [[ ! -d $folder ]]; do folder=$(dirname -- "$folder"); done
  [[ $folder == "$1" ]] && folder=$(dirname -- "$folder")
  "${server[@]}" test -x "$folder"
}

prepare_state() {
  local asked=$state
  if am_root && ! reachable "$state"; then
    if [[ -d $state ]]; then
      rmdir -- "$state" 2>/dev/null ||
        fail "$state lies where the user postgres cannot reach it, and is not empty. Choose another: --state DIR"
    fi
    state=/var/lib/fnhost/$(short_hash "$asked")
    [[ ! -d $state ]] || say "files of an earlier instance are there and are used; delete $state to begin anew"
    install -d -m 711 /var/lib/fnhost
    mkdir -p -- "$state" "$(dirname -- "$asked")"
    ln -sfn -- "$state" "$asked"
    say "the user postgres cannot reach $(dirname -- "$asked"): the files lie in $state, $asked is a link to it"
  fi
  mkdir -p -- "$state" || fail "cannot make the state folder $state"
  mkdir -p -- "$state"/{log,secrets,keys,functions,bin,nginx}
  own "$state" "$state"/{log,secrets,keys,functions,bin,nginx}
  chmod 700 -- "$state" "$state"/{secrets,keys}
}

# A Unix socket's path has at most 107 bytes; functions' names take up to 40 of them.
choose_run_dir() {
  run_dir=$state/run
  if ((${#run_dir} > 60)); then
    if am_root; then
      run_dir=/run/fnhost-$(short_hash "$state")
    else
      run_dir=${XDG_RUNTIME_DIR:-/tmp}/fnhost-$(short_hash "$state")
    fi
    say "the path is long for sockets: they lie in $run_dir"
  fi
}

make_run_dir() {
  [[ -d $run_dir ]] || mkdir -m 700 -- "$run_dir"
  # In a shared folder somebody else could have made it first.
  [[ -O $run_dir && ! -L $run_dir ]] || am_root || fail "$run_dir belongs to another user. Remove it, or use another --state"
  [[ -d $run_dir/pg ]] || mkdir -m 700 -- "$run_dir/pg"
  own "$run_dir" "$run_dir/pg"
}

# port_user PORT: who listens there, as far as this user may know. Fails when nobody does.
port_user() {
  local inode pid
  inode=$(awk -v hex="$(printf ':%04X' "$1")" '$4 == "0A" && $2 ~ (hex "$") { print $10; exit }' \
    /proc/net/tcp /proc/net/tcp6 2>/dev/null)
  [[ -n $inode ]] || return 1
  pid=$(find /proc/[0-9]*/fd -lname "socket:\[$inode\]" 2>/dev/null | head -n 1 | cut -d/ -f3) || true
  if [[ -n $pid ]]; then
    printf 'process %s: %s' "$pid" "$(tr '\0' ' ' <"/proc/$pid/cmdline" | cut -c1-80)"
  else
    printf 'a process of another user'
  fi
}

check_ports() {
  local each user
  for each in "$port" "$((port + 1))" "$((port + 2))"; do
    if user=$(port_user "$each"); then
      fail "port $each is taken ($user). Choose three free ones with --port P (P, P+1, P+2)."
    fi
  done
}
