#!/usr/bin/env bash
# Images and containers: tests/containers. Sourced by test.
# shellcheck disable=SC2154 # what test.sh sets
set -euo pipefail

# use_own_storage FOLDER: podman and buildah keep images and containers of tests apart from the user's.
use_own_storage() {
  mkdir -p -- "$1"
  cat >"$1/storage.conf" <<EOF
[storage]
driver = "overlay"
graphroot = "$1/images"
runroot = "$1/run"
EOF
  cat >"$1/containers.conf" <<EOF
[containers]
default_ulimits = ["nofile=4096:4096", "nproc=1000:1000"]
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
tmp_dir = "$1/tmp"
[network]
network_config_dir = "$1/networks"
EOF
  export CONTAINERS_STORAGE_CONF="$1/storage.conf" CONTAINERS_CONF="$1/containers.conf"
}

# podman_runs: whether a container of one program can be made and started here; else says why.
podman_runs() {
  local tree=$work/containers/probe container
  local -a files
  mapfile -t files < <(ldd /bin/true | grep -o '/[^ ]*' | sed 's,^/,,')
  mkdir -p -- "$tree"
  tar -cf "$tree/probe.tar" -h -C / bin/true "${files[@]}"
  {
    container=$(buildah from scratch) && buildah add --quiet "$container" "$tree/probe.tar" / &&
      buildah commit --quiet --rm "$container" localhost/probe && podman run --rm --pull never localhost/probe /bin/true
  } >"$tree/log" 2>&1 || {
    tail -n 1 "$tree/log"
    return 1
  }
}

# clear_storage: no container, image or mount stays.
clear_storage() {
  podman rm --all --force --time 0 >/dev/null 2>&1 || true
  podman volume rm --all --force >/dev/null 2>&1 || true
  podman network prune --force >/dev/null 2>&1 || true
  podman rmi --all --force >/dev/null 2>&1 || true
}

# test_containers: builds all images, then runs each tests/containers/*.test.mjs by itself.
test_containers() {
  local folder=$repo/tests/containers why file before=$failed
  local -a files=("$folder"/*.test.mjs)
  [[ -z $only ]] || files=("$folder/$only.test.mjs")
  use_own_storage "$work/containers"
  if ! why=$(podman_runs); then
    say "containers: skipped, podman cannot run here: $why"
    # shellcheck disable=SC2034 # test.sh reads it
    skipped=1
    clear_storage
    return 0
  fi
  # Where compose.yaml finds its secrets: beside it.
  export IMAGE_TAG=dev IMAGE_OUT="$work/containers/site/.containers" REPOSITORY="$repo"
  if ! install_npm "$folder" || ! "$repo/dev" image --tag "$IMAGE_TAG" --out "$IMAGE_OUT"; then
    ((failed += 1))
    clear_storage
    return 0
  fi
  for file in "${files[@]}"; do run_container_tests "$file"; done
  clear_storage
  if ((failed > before)); then
    say "container tests failed (see above)"
  fi
}

run_container_tests() {
  local name tap status=0
  name=$(basename -s .test.mjs -- "$1")
  tap=$work/containers-$name.tap
  say "containers: $name"
  timeout 300 node --import "$repo/tests/instance/node18.mjs" --test --test-reporter=tap "$1" >"$tap" 2>&1 </dev/null || status=$?
  if ((status != 0)); then grep -v '^ *duration_ms' "$tap" >&2; fi
  count_tap "$status" "$tap"
}
