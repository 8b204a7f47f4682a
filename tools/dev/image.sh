#!/usr/bin/env bash
# ./dev image
set -euo pipefail
here=$(dirname -- "${BASH_SOURCE[0]}")
# shellcheck source=tools/dev/common.sh
source "$here/common.sh"
# shellcheck source=tools/dev/build.sh
source "$here/build.sh"
# shellcheck source=tools/dev/static.sh
source "$here/static.sh"
# shellcheck source=tools/dev/docs.sh
source "$here/docs.sh"
# shellcheck source=tools/dev/image/tree.sh
source "$here/image/tree.sh"
# shellcheck source=tools/dev/image/sbom.sh
source "$here/image/sbom.sh"
# shellcheck source=tools/dev/image/layer.sh
source "$here/image/layer.sh"
# shellcheck source=tools/dev/image/base.sh
source "$here/image/base.sh"
# shellcheck source=tools/dev/image/servers.sh
source "$here/image/servers.sh"
# shellcheck source=tools/dev/image/secrets.sh
source "$here/image/secrets.sh"
# shellcheck source=tools/dev/image/compose.sh
source "$here/image/compose.sh"

usage() {
  cat <<'EOF'
Examples:
  ./dev image                    all images, and the secrets that compose.yaml mounts
  ./dev image login nginx        two of them
  ./dev image --tag 1.2.0 login
  ./dev image --list             what there is to make
  ./dev image --secrets          keys and passwords alone, when they are missing
  ./dev image --compose          writes compose.yaml anew from the manifests
  ./dev image --check            exit 1 when compose.yaml is not what that would write

OCI images by buildah, made of this machine's Debian packages; no registry is asked. localhost/fnhost/NAME:dev, and
:REVISION beside it. NAME is a function, or base (what all share), nginx, migrate, postgres (for development). The same
commit on the same packages gives the same digests. docs/containers.md tells more.

Options:
  --tag TAG    in place of "dev"
  --out DIR    where the bills of materials go, sbom/NAME.cdx.json, and secrets/ (default .containers)
EOF
}

tag=dev out=$repo/.containers what=images
names=()
while (($# > 0)); do
  case $1 in
    --tag)
      need_value "$1" $#
      [[ $2 =~ ^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$ ]] || misuse "image: \"$2\" can be no tag"
      tag=$2
      shift
      ;;
    --out)
      need_value "$1" $#
      out=$(realpath -m -- "$2")
      shift
      ;;
    --list | --secrets | --compose | --check) what=${1#--} ;;
    -h | --help)
      usage
      exit 0
      ;;
    -*) misuse "image: unknown option \"$1\". ./dev image --help lists them." ;;
    *) names+=("$1") ;;
  esac
  shift
done

version() { sed -n 's/^## \([0-9][0-9.]*\).*/\1/p' "$repo/CHANGELOG.md" | head -n 1; }
all_names() { printf '%s\n' base migrate nginx postgres && functions; }
for name in "${names[@]}"; do
  grep -Fxq -- "$name" <<<"$(all_names)" || misuse "image: there is no \"$name\". ./dev image --list shows what there is."
done
case $what in
  list)
    all_names
    exit 0
    ;;
  compose)
    write_compose >"$repo/compose.yaml.new"
    mv -f -- "$repo/compose.yaml.new" "$repo/compose.yaml"
    exit 0
    ;;
  check)
    diff -u --label compose.yaml --label "from the manifests" -- "$repo/compose.yaml" <(write_compose) >&2 ||
      fail "compose.yaml is stale: run ./dev image --compose"
    exit 0
    ;;
esac

work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT
state=$work/site # what ./dev up lays into an instance's folder is laid here
mkdir -p -- "$state"/{log,nginx} "$out"
make_secrets
[[ $what == images ]] || exit 0
bash "$here/install.sh" --containers
build
collect

revision=$(git -C "$repo" -c safe.directory="$repo" rev-parse HEAD 2>/dev/null || echo unknown)
[[ -z $(git -C "$repo" -c safe.directory="$repo" status --porcelain 2>/dev/null) ]] || revision+=-dirty
source_url=${IMAGE_SOURCE:-$(git -C "$repo" -c safe.directory="$repo" config --get remote.origin.url 2>/dev/null || true)}
[[ $source_url == https://* ]] || source_url=https://localhost/fnhost
licences=Apache-2.0

base_tree
((${#names[@]} > 0)) || mapfile -t names < <(all_names)
[[ " ${names[*]} " == *" base "* ]] || buildah inspect --type image "$(image_name base "$tag")" >/dev/null 2>&1 || make_base
for name in "${names[@]}"; do
  case $name in
    base | migrate | nginx | postgres) "make_$name" ;;
    *) make_function "$name" ;;
  esac
done
say "${#names[@]} images: buildah images --filter reference='localhost/fnhost/*'; bills of materials in $out/sbom"
