#!/usr/bin/env bash
# Trees become images. Sourced by image.
# shellcheck disable=SC2154 # what image.sh sets
set -euo pipefail

user=65532 # of all images: nobody's on usual machines

# image_name NAME TAG
image_name() { printf 'localhost/fnhost/%s:%s' "$1" "$2"; }

# make_image NAME FROM TREE TITLE: a layer of TREE on FROM ("scratch", or one of ours); what else its Containerfile says comes
# from stdin. The same files give the same digest: all times are 0, and all files are root's but for what own_in_image names.
make_image() {
  local name=$1 from=$2 tree=$3 title=$4
  [[ $from == scratch ]] || from=$(image_name "$from" "$tag")
  mkdir -p -- "$tree.context"
  pack "$tree" "$tree.context/layer.tar"
  {
    printf 'FROM %s\nADD layer.tar /\nUSER %s:%s\n' "$from" "$user" "$user"
    label org.opencontainers.image.title "fnhost/$name"
    label org.opencontainers.image.description "$title"
    label org.opencontainers.image.source "$source_url"
    label org.opencontainers.image.revision "$revision"
    label org.opencontainers.image.version "$(version)"
    label org.opencontainers.image.licenses "$licences"
    label dev.fnhost.sbom "/usr/share/sbom/$name.cdx.json"
    cat
  } >"$tree.context/Containerfile"
  buildah bud --quiet --identity-label=false --layers=false --format oci --timestamp 0 --pull-never --tag "$(image_name "$name" "$tag")" \
    --tag "$(image_name "$name" "${revision:0:12}")" "$tree.context" >"$work/buildah.log" 2>&1 </dev/null || {
    cat "$work/buildah.log" >&2
    fail "no image $name (see above)"
  }
  rm -rf -- "$tree.context"
}

label() { printf 'LABEL %s=%s\n' "$1" "$(jq -n --arg text "$2" '$text')"; }

pack() { # TREE FILE
  local -a same=(--sort=name --mtime=@0 --numeric-owner --format=gnu)
  tar -C "$1" "${same[@]}" --owner=0 --group=0 -cf "$2" .
  [[ ! -d $1.own ]] || (cd -- "$1.own" && find . -type d -perm 700 -print0 | sort -z) |
    tar -C "$1.own" "${same[@]}" --owner="$user" --group="$user" --no-recursion --null -T - -rf "$2"
}

# own_in_image TREE FOLDER: an empty folder of the images' user; a volume that is laid over it for the first time gets its
# owner.
own_in_image() {
  mkdir -p -- "$1.own$2"
  chmod 755 -- "$1.own"
  chmod 700 -- "$1.own$2"
}
