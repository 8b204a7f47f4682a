#!/usr/bin/env bash
# ./dev kube
set -euo pipefail
here=$(dirname -- "${BASH_SOURCE[0]}")
# shellcheck source=tools/dev/common.sh
source "$here/common.sh"
# shellcheck source=tools/dev/state.sh
source "$here/state.sh"
# shellcheck source=tools/dev/kube/files.sh
source "$here/kube/files.sh"
# shellcheck source=tools/dev/kube/pods.sh
source "$here/kube/pods.sh"
# shellcheck source=tools/dev/kube/up.sh
source "$here/kube/up.sh"
# shellcheck source=tools/dev/kube/roll.sh
source "$here/kube/roll.sh"
# shellcheck source=tools/dev/kube/cluster.sh
source "$here/kube/cluster.sh"

usage() {
  cat <<'EOF'
Examples:
  ./dev kube up                       deploy/kubernetes/overlays/dev on this machine, in podman's pods
  ./dev kube deploy login             builds the image of one function and replaces its pod; no request fails
  ./dev kube deploy login --tag 1.2.0               the same with an image that is there
  ./dev kube rollback login           what ran before
  ./dev kube status                   which pods run
  ./dev kube down                     stops all; the data stays. --delete removes it too
  ./dev kube render                   writes deploy/kubernetes/base/functions anew from the manifests
  ./dev kube check                    exit 1 when that would change anything
  ./dev kube deploy login --tag 1.2.0 --context prod     on a real cluster, by kubectl; never without --context
  ./dev kube rollback login --context prod

docs/kubernetes.md tells more.

Options:
  --port P         public port P, internal P+1, both on 127.0.0.1 (default 8080)
  --state DIR      secrets, data, and what runs (default .dev-kube)
  --tag TAG        of the images (up: default dev, which are built when they are missing)
  --wait N         up, deploy: how many seconds a pod may take to be ready (60)
  --context NAME   deploy, rollback: a context of kubectl; --namespace NAME goes with it (default thoughts)
  --delete         down: the data and secrets as well

up, down, deploy and rollback need root for podman's network: run them as root or with sudo.
EOF
}

set_state "$repo/.dev-kube"
action=${1:-} name='' want_port='' tag='' wait_s=60 context='' namespace=thoughts delete=no
(($# == 0)) || shift
while (($# > 0)); do
  case $1 in
    --port | --wait)
      need_value "$1" $#
      [[ $2 =~ ^[1-9][0-9]{0,4}$ ]] || misuse "kube: $1 needs a number"
      if [[ $1 == --port ]]; then want_port=$2; else wait_s=$2; fi
      shift
      ;;
    --state | --tag | --context | --namespace)
      need_value "$1" $#
      case $1 in
        --state) set_state "$2" ;;
        --tag) tag=$2 ;;
        --context) context=$2 ;;
        *) namespace=$2 ;;
      esac
      shift
      ;;
    --delete) delete=yes ;;
    -h | --help)
      usage
      exit 0
      ;;
    -*) misuse "kube: unknown option \"$1\". ./dev kube --help lists them." ;;
    *)
      [[ -z $name ]] || misuse "kube: one function at a time"
      name=$1
      ;;
  esac
  shift
done
case $action in
  deploy | rollback)
    [[ -n $name ]] || misuse "kube: whose? ./dev kube --help shows an example."
    [[ -f $repo/functions/$name/function.json ]] || fail "there is no functions/$name/function.json"
    ;;
  *) [[ -z $name ]] || misuse "kube: $action takes no name" ;;
esac

case $action in
  render) render ;;
  check) check ;;
  up) kube_up ;;
  down) kube_down ;;
  status) kube_status ;;
  deploy) if [[ -n $context ]]; then cluster_deploy; else kube_deploy; fi ;;
  rollback) if [[ -n $context ]]; then cluster_rollback; else kube_rollback; fi ;;
  -h | --help | help) usage ;;
  '')
    usage >&2
    exit 2
    ;;
  *) misuse "kube: unknown command \"$action\". ./dev kube --help lists them." ;;
esac
