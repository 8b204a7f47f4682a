#!/usr/bin/env bash
# ./dev kube deploy and rollback on this machine: one function's pod is replaced while requests flow. Sourced by kube.
# shellcheck disable=SC2154 # what kube.sh sets
set -euo pipefail

# roll_out NAME: from what runs to what $state/out says, as a cluster does it with maxSurge 1 and maxUnavailable 0.
roll_out() {
  local name=${1//_/-} new old
  local -a before
  new=$(pod_of "$name")
  running >"$state/out/running"
  mapfile -t before < <(awk -v name="$name" -v new="$new" '{ at = $1; sub(/-[^-]*$/, "", at) } at == name && $1 != new { print $1 }' "$state/out/running")
  if [[ -z $(address_of "$new") ]]; then
    play "$new" || return 1
    running >"$state/out/running"
  fi
  lead "$name" "${before[@]:-$new}" # the new pod finds others before anybody finds it
  if ! wait_for_pods "$new"; then
    stop_pod "$new" 0
    return 1
  fi
  lead "$name" "$new"
  for old in "${before[@]}"; do stop_pod "$old" "$(stop_seconds_of "$name")"; done
}

# The image that the working tree makes, by a tag of its own: its id.
build_image() {
  local id
  "$repo/dev" image --tag "$(<"$state/tag")" --out "$state/containers" "$1" >&2 || return 1
  id=$(podman image inspect --format '{{.Id}}' "localhost/fnhost/$1:$(<"$state/tag")")
  podman tag "localhost/fnhost/$1:$(<"$state/tag")" "localhost/fnhost/$1:${id:0:12}"
  printf '%s' "${id:0:12}"
}

begin_change() {
  need_instance_of_kube
  exec 9>>"$state/lock"
  flock -n 9 || fail "another ./dev kube is at work in $state"
  build_program
}

kube_deploy() {
  local before began
  begin_change
  [[ -n $(running) ]] || fail "nothing runs in $state. ./dev kube up starts it."
  [[ -n $tag ]] || tag=$(build_image "$name") || fail "no image (see above)"
  podman image exists "localhost/fnhost/$name:$tag" || fail "there is no image localhost/fnhost/$name:$tag"
  began=$EPOCHREALTIME
  before=$(tag_of "$name")
  [[ $before != "$tag" ]] || say "$name has the tag $tag already"
  set_tag "$name" "$tag"
  lay_files
  roll_out "$name" || {
    set_tag "$name" "$before"
    lay_files
    fail "$name stays at $before"
  }
  mkdir -p -- "$state/before"
  [[ $before == "$tag" ]] || printf '%s\n' "$before" >"$state/before/$name"
  say "$name:$tag in $(awk -v from="$began" -v to="$EPOCHREALTIME" 'BEGIN { printf "%.1f s", to - from }')"
}

kube_rollback() {
  begin_change
  [[ -f $state/before/$name ]] || fail "$name was not deployed here, so there is nothing to go back to"
  tag=$(<"$state/before/$name")
  kube_deploy
}
