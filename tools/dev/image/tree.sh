#!/usr/bin/env bash
# What goes into an image's layer: a tree of files, the libraries that its programs load, and the Debian packages that they
# come from. Sourced by image.
# shellcheck disable=SC2154 # what image.sh sets
set -euo pipefail

# One home for each file: what Debian's /lib and /lib64 lead to.
at_home() { sed -E 's,^/(lib|lib64|bin|sbin)/,/usr/\1/,' <<<"$1"; }

# libraries PROGRAM...: the paths by which the loader finds what they need, itself among them.
libraries() {
  local missing
  missing=$(ldd "$@" 2>/dev/null | awk '/not found/ { print $1 }' | sort -u)
  [[ -z $missing ]] || fail "libraries are missing on this machine: $missing"
  ldd "$@" 2>/dev/null | awk '$2 == "=>" && $3 ~ /^\// { print $3 } $1 ~ /^\// && $2 ~ /^\(/ { print $1 }' | sort -u
}

# add TREE FROM [TO [MODE]]: a file's content and its mode.
add() {
  local to
  to=$1$(at_home "${3:-$2}")
  mkdir -p -- "${to%/*}"
  install -m "${4:-$([[ -x $2 ]] && echo 755 || echo 644)}" -- "$2" "$to"
}

# add_libraries TREE BELOW PROGRAM...: those that the trees below (space-separated) do not have.
add_libraries() {
  local tree=$1 below=$2 file each
  shift 2
  while read -r file; do
    for each in $below; do
      if [[ -e $each$(at_home "$file") ]]; then continue 2; fi
    done
    add "$tree" "$file"
    note_source "$tree" "$file"
  done < <(libraries "$@")
}

# Which package a file of a tree was taken from is known by its place on this machine; TREE.sources keeps the places.
note_source() { readlink -f -- "$2" >>"$1.sources"; }
add_from_package() { # TREE FILE [TO]
  add "$@"
  note_source "$1" "$2"
}

# owners: reads places, prints the names of the packages that they belong to.
owners() {
  awk '
    function home(path) { sub(/^\/usr\//, "/", path); return path }
    NR == FNR { wanted[home($0)] = 1; next }
    home($0) in wanted { name = FILENAME; sub(/.*\//, "", name); sub(/(:[a-z0-9]+)?\.list$/, "", name); print name }
  ' - /var/lib/dpkg/info/*.list | sort -u
}

# What packages prints of each.
# shellcheck disable=SC2016 # dpkg-query's own words
package_line='${Package} ${Version} ${Architecture} ${source:Package} ${source:Version}'

# packages TREE...: "NAME VERSION ARCHITECTURE SOURCE SOURCE_VERSION" of each Debian package with a file in these trees.
packages() {
  cat -- "${@/%/.sources}" 2>/dev/null | owners |
    xargs -r dpkg-query -W -f="$package_line\n" | sort -u
}

# Their licences travel with them.
add_copyright() {
  local name
  packages "$1" | while read -r name _; do
    [[ ! -f /usr/share/doc/$name/copyright ]] || add "$1" "/usr/share/doc/$name/copyright"
  done
}

# The links by which Debian's programs find each other and the loader.
add_links() {
  local name
  for name in bin sbin lib lib64; do
    mkdir -p -- "$1/usr/$name"
    ln -sfn -- "usr/$name" "$1/$name"
  done
}
