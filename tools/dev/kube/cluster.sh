#!/usr/bin/env bash
# ./dev kube deploy and rollback on a real cluster, by kubectl and only with --context. Sourced by kube.
# shellcheck disable=SC2154 # what kube.sh sets
set -euo pipefail

cluster() {
  command -v kubectl >/dev/null || fail "--context needs kubectl, which is not here"
  kubectl --context "$context" --namespace "$namespace" "$@"
}


cluster_image() { # the image's name without its tag, which the overlay chose
  local image
  image=$(cluster get "$object" -o 'jsonpath={.spec.template.spec.containers[?(@.name=="worker")].image}')
  printf '%s' "${image%:*}"
}

# Waits until the new pods are ready and the old ones gone; else goes back and says so.
cluster_deploy() {
  local image
  [[ -n $tag ]] || misuse "kube: --context needs --tag, of an image that the cluster can pull"
  local object=deployment/${name//_/-}
  image=$(cluster_image)
  cluster set image "$object" "worker=$image:$tag"
  cluster rollout status "$object" --timeout=150s || {
    cluster rollout undo "$object"
    fail "$name did not become ready with $tag; the old one stays"
  }
}

cluster_rollback() {
  local object=deployment/${name//_/-}
  cluster rollout undo "$object"
  cluster rollout status "$object" --timeout=150s
}
