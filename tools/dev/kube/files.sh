#!/usr/bin/env bash
# The files of deploy/kubernetes, and an instance's copy of them with its secrets, tags and port. Sourced by kube.
# shellcheck disable=SC2154 # what kube.sh sets
set -euo pipefail

tree=$repo/deploy/kubernetes

# kubernetes WORD...: the program of host/kubernetes.
kubernetes() { "$program" "$@"; }
program='' bin=''

build_program() { # TARGET...: these as well
  local log
  log=$(mktemp)
  bazel_quietly "$log" build --curses=no --color=no //host/kubernetes "$@" || {
    tail -n 40 "$log" >&2
    rm -f -- "$log"
    fail "the build failed (its last lines stand above)"
  }
  rm -f -- "$log"
  bin=$(bazel_bin)
  program=$bin/host/kubernetes/kubernetes
}

generated() { kubernetes "$1" "$repo/functions" "$tree/policy.json" "$tree/base/functions"; }
render() { build_program && generated render; }
check() { build_program && generated check; }

# Tags of images, as an instance has them: a line "NAME TAG" for each that is not the one of all.
tag_of() { awk -v name="$1" -v all="$(<"$state/tag")" '$1 == name { all = $2 } END { print all }' "$state/tags"; }
set_tag() { # NAME TAG
  { awk -v name="$1" '$1 != name' "$state/tags" && printf '%s %s\n' "$1" "$2"; } >"$state/tags.new"
  mv -f -- "$state/tags.new" "$state/tags"
}

images_of_functions() { # and of what else runs
  printf '%s\n' nginx migrate postgres
  local manifest
  for manifest in "$repo"/functions/*/function.json; do basename -- "${manifest%/*}"; done
}

# The overlay of this instance: overlays/dev with its tags and its address.
write_overlay() {
  local overlay=$copy/overlays/local each image=localhost/fnhost
  mkdir -p -- "$overlay"
  {
    printf '%s\n' 'apiVersion: kustomize.config.k8s.io/v1beta1' 'kind: Kustomization' 'resources: [../dev]' 'patches:' \
      '- target: {kind: ConfigMap, name: fnhost}' '  patch: |' \
      "    [{\"op\": \"replace\", \"path\": \"/data/SESSION_ISSUER\", \"value\": \"http://localhost:$port\"}]" 'images:'
    for each in $(images_of_functions); do
      printf -- '- {name: %s/%s, newTag: "%s"}\n' "$image" "$each" "$(tag_of "$each")"
    done
  } >"$overlay/kustomization.yaml"
}

# lay_files: the copy, the overlay, and of both what podman runs, in $state/out.
lay_files() {
  copy=$state/kubernetes
  rm -rf -- "$copy" "$state/out/pods" "$state/out/list"
  mkdir -p -- "$copy" "$state/dashboards"
  cp -r -- "$tree"/{base,components,overlays} "$copy/"
  cp -- "$repo"/deploy/dashboards/* "$state/dashboards/"
  kubernetes render "$repo/functions" "$tree/policy.json" "$copy/base/functions"
  mkdir -p -- "$copy/overlays/dev/secrets"
  cp -r -- "$state/containers/secrets/." "$copy/overlays/dev/secrets/"
  write_overlay
  # Pods have the folder of secrets mounted: it keeps its place, and what is in it changes only with a new name.
  kubernetes podman "$copy/overlays/local" "$state/out" "nginx/public=$port" "nginx/internal=$((port + 1))"
  chown -R 65532:65532 "$state/out/secrets"
  chmod -R u=rwX,go= "$state/out/secrets"
  chmod 711 "$state" "$state/out" "$state/out/secrets"
}

pod_of() { awk -v name="${1//_/-}" '$1 == name { print $2 }' "$state/out/list"; }
stop_seconds_of() { awk -v name="${1//_/-}" '$1 == name { print $4 }' "$state/out/list"; }
