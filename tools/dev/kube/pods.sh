#!/usr/bin/env bash
# Pods in podman: started, looked at, led to, stopped. Sourced by kube.
# shellcheck disable=SC2154 # what kube.sh sets
set -euo pipefail

# podman 4.3.1 with runc and limits of its own, unless somebody set it up (docs/containers.md).
use_podman() {
  am_root || fail "this needs root, for podman's network: sudo ./dev kube $action"
  network=fnhost-kube-$port
  if [[ -z ${CONTAINERS_CONF:-} ]]; then
    cat >"$state/containers.conf" <<'EOF'
[containers]
default_ulimits = ["nofile=4096:4096", "nproc=1000:1000"]
[engine]
runtime = "runc"
EOF
    export CONTAINERS_CONF=$state/containers.conf
  fi
}

# quietly COMMAND...: its talk is shown only when it fails. Containers that it starts do not keep our lock.
quietly() {
  local talk
  talk=$("$@" 2>&1 9>&-) || {
    printf '%s\n' "$talk" >&2
    return 1
  }
}

# Every pod of the instance that runs: "POD ADDRESS PID", the process that holds its network.
running() {
  local -a infra
  mapfile -t infra < <(podman ps --quiet --no-trunc --filter "network=$network" 2>/dev/null)
  ((${#infra[@]} > 0)) || return 0
  join -t ' ' <(podman pod ps --format '{{.InfraID}} {{.Name}}' --no-trunc | sort) \
    <(podman inspect --type container "${infra[@]}" |
      jq -r --arg network "$network" '.[] | select(.State.Running and .NetworkSettings.Networks[$network] != null)
        | "\(.Id) \(.NetworkSettings.Networks[$network].IPAddress) \(.State.Pid)"' | sort) | cut -d' ' -f2-
}

# lead DEPLOYMENT POD...: Services lead to the pods that are named, and of all other Deployments to those that run.
# Without arguments: to all that run.
lead() {
  local rules=$state/out/services.nft pod address pid
  running >"$state/out/running"
  endpoints "$@" | kubernetes services "$state/kubernetes/overlays/local" >"$rules"
  while read -r pod address pid; do
    nsenter --net="/proc/$pid/ns/net" nft -f "$rules" || fail "Services of $pod (${address}): nft refused $rules"
  done <"$state/out/running"
}

endpoints() {
  local only=${1:-} pod address deployment
  (($# == 0)) || shift
  while read -r pod address _; do
    deployment=${pod%-*}
    [[ $deployment != "$only" || " $* " == *" $pod "* ]] || continue
    printf '%s %s\n' "$deployment" "$address"
  done <"$state/out/running"
}

play() { # POD
  quietly podman kube play --quiet --network "$network" "$state/out/pods/$1.yaml" || {
    say "the pod $1 does not start (see above); its file: $state/out/pods/$1.yaml"
    return 1
  }
}

address_of() { awk -v pod="$1" '$1 == pod { print $2 }' "$state/out/running"; }

# can_serve POD: what its readiness probe would say.
can_serve() {
  local address
  address=$(address_of "$1")
  case $1 in
    nginx-*) curl -sf -o /dev/null -m 2 "http://$address:8080/healthz" ;;
    postgres-*) "$pg_bin/pg_isready" -q -h "$address" -t 2 ;;
    *) curl -sf -o /dev/null -m 2 "http://$address:9145/readyz" ;;
  esac
}

wait_for_pods() { # POD...
  local pod deadline=$((SECONDS + wait_s))
  for pod in "$@"; do
    until can_serve "$pod"; do
      ((SECONDS < deadline)) || {
        podman logs --tail 10 "$(container_of "$pod")" >&2 || true
        say "the pod $pod is not ready after $wait_s s (its last lines stand above)"
        return 1
      }
      sleep 0.1
    done
  done
}

container_of() { podman ps --all --filter "pod=$1" --format '{{.Names}}' | grep -v -- '-infra$'; }

# stop_pod POD SECONDS: first what works in it, then its network.
stop_pod() {
  local container
  container=$(container_of "$1")
  [[ -z $container ]] || quietly podman stop --time "$2" "$container"
  quietly podman pod rm --force --time 0 "$1"
  podman volume ls --quiet --filter "name=^$1-" | xargs -r podman volume rm --force >/dev/null
}
