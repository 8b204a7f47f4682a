#!/usr/bin/env bash
# Bills of materials (CycloneDX 1.5): what an image is made of. Sourced by image.
# shellcheck disable=SC2154 # what image.sh sets
set -euo pipefail

# sbom NAME PARTS TREE...: of an image of these trees; PARTS is JSON, what does not come from Debian. Nothing in it depends
# on when or where it was made.
sbom() {
  local name=$1 parts=$2
  shift 2
  { packages "$@" && linked; } | jq -R -s --arg image "$name" --arg version "$(version)" --argjson parts "$parts" --arg distro debian-12 '
    def debian: split(" ") | {
      type: "library", name: .[0], version: .[1],
      purl: "pkg:deb/debian/\(.[0])@\(.[1] | @uri)?arch=\(.[2])&distro=\($distro)",
      properties: ([{name: "debian:source", value: "\(.[3]) \(.[4])"}] +
        if .[5] then [{name: "fnhost:linked", value: .[5]}] else [] end)
    } | .["bom-ref"] = .purl;
    ([split("\n")[] | select(. != "") | debian] + $parts) as $all |
    {
      bomFormat: "CycloneDX", specVersion: "1.5", version: 1,
      metadata: {component: {type: "container", "bom-ref": "image", name: "fnhost/\($image)", version: $version}},
      components: ($all | unique_by(.["bom-ref"])),
      dependencies: [{ref: "image", dependsOn: ($all | map(.["bom-ref"]) | unique)}]
    }'
}

# part NAME FILE: a program of this repository, for PARTS.
part() {
  jq -n --arg name "$1" --arg version "$(version)" --arg sum "$(sha256sum <"$2" | cut -d' ' -f1)" '{
    type: "application", name: $name, version: $version, "bom-ref": $name,
    hashes: [{alg: "SHA-256", content: $sum}], licenses: [{license: {id: "Apache-2.0"}}]}'
}

# What our programs have taken in while they were built, and no file shows: headers, and libpq's static parts where they are
# used (docs/decisions/0006). As packages does, with one word more.
linked() {
  local name
  for name in libpq-dev nlohmann-json3-dev libcli11-dev libkainjow-mustache-dev; do
    [[ $name != libpq-dev ]] || ! compgen -G "$work/base/usr/lib/*/libpq.so.5" >/dev/null || continue
    dpkg-query -W -f="$package_line static\n" "$name"
  done
}

# add_sbom TREE NAME PARTS TREES_BELOW...: into the image, and beside it.
add_sbom() {
  local tree=$1 name=$2 parts=$3
  shift 3
  mkdir -p -- "$tree/usr/share/sbom" "$out/sbom"
  sbom "$name" "$parts" "$tree" "$@" >"$tree/usr/share/sbom/$name.cdx.json"
  install -m 644 -- "$tree/usr/share/sbom/$name.cdx.json" "$out/sbom/$name.cdx.json"
}
