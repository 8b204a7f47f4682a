#!/usr/bin/env bash
# ./dev kube
set -euo pipefail
here=$(dirname -- "${BASH_SOURCE[0]}")
# shellcheck source=tools/dev/common.sh
source "$here/common.sh"
# shellcheck source=tools/dev/kube/files.sh
source "$here/kube/files.sh"

usage() {
  cat <<'EOF'
Examples:
  ./dev kube render                   writes deploy/kubernetes/base/functions anew from the manifests
  ./dev kube check                    exit 1 when that would change anything
EOF
}

action=${1:-}
(($# <= 1)) || misuse "kube: \"$2\" is one word too many. ./dev kube --help shows examples."
case $action in
  render) render ;;
  check) check ;;
  -h | --help | help) usage ;;
  '')
    usage >&2
    exit 2
    ;;
  *) misuse "kube: unknown command \"$action\". ./dev kube --help lists them." ;;
esac
