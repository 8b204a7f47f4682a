#!/usr/bin/env bash
# Installs the Debian packages that are missing. `up` and `test` call it first.
set -euo pipefail
# shellcheck source=tools/dev/common.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"

usage() {
  cat <<'EOF'
Examples:
  ./dev install            what `up` and `test` need
  ./dev install --oauth    what `test oauth` and `test e2e` need as well
  ./dev install --browser  what `test browser` needs as well
  ./dev install --lint     what `lint` and `fmt` need as well
  ./dev install --fuzz     what `test fuzz` needs as well
  ./dev install --bench    what `bench` needs as well
  ./dev install --containers    what `test containers` needs as well

Installs the Debian packages that are missing, as root or with sudo. Does nothing when all are there.
EOF
}

packages=(
  build-essential g++ bazel-bootstrap bazel-rules-java bazel-rules-proto
  libfcgi-dev libpq-dev libssl-dev nlohmann-json3-dev libfmt-dev libcli11-dev libcrypt-dev prometheus-cpp-dev libdw-dev
  libkainjow-mustache-dev libyaml-cpp-dev
  libboost-test-dev libcurl4-openssl-dev
  uwsgi-core uwsgi-plugin-python3 # the old sites of host/routing and tests/monolith
  python3-django python3-psycopg2 python3-bcrypt python3-jwt python3-cryptography # the program of tests/monolith
  libfcgi-perl # the foreign program of tests/behind_nginx
  nginx postgresql-15 curl ca-certificates git jq procps openssl util-linux
)
# What a build can do without: the static parts of libpq, by which functions start in half the time (docs/decisions/0006).
better=(postgresql-server-dev-15)
# Any Node from 18 on will do, from wherever it is; Debian's when there is none.
add_node() { if ! command -v node >/dev/null || ! command -v npm >/dev/null; then packages+=(nodejs npm); fi; }
while (($# > 0)); do
  case $1 in
    --oauth) add_node ;;
    --browser)
      add_node
      packages+=(chromium fonts-dejavu-core fonts-noto-color-emoji)
      ;;
    --lint) packages+=(clang-tidy-19 clang-format-19 shellcheck) ;;
    --fuzz) packages+=(clang-19 libclang-rt-19-dev) ;;
    --bench) packages+=(wrk php-fpm) ;;
    --containers)
      packages+=(podman buildah runc containernetworking-plugins iptables catatonit uidmap netavark aardvark-dns nftables podman-compose)
      ;;
    -h | --help)
      usage
      exit 0
      ;;
    *) misuse "install: unknown option \"$1\". ./dev install --help lists them." ;;
  esac
  shift
done

# Below this version a crafted request can overrun libfcgi's buffers (CVE-2025-23016).
libfcgi_least=2.4.2-2+deb12u1

installed() { dpkg-query -W -f='${Status}' "$1" 2>/dev/null | grep -q 'ok installed$'; }
libfcgi_is_safe() {
  dpkg --compare-versions "$(dpkg-query -W -f='${Version}' libfcgi-dev 2>/dev/null)" ge "$libfcgi_least"
}

missing=()
for package in "${packages[@]}"; do
  installed "$package" || missing+=("$package")
done
libfcgi_is_safe || [[ " ${missing[*]} " == *" libfcgi-dev "* ]] || missing+=(libfcgi-dev)
better_missing=()
for package in "${better[@]}"; do
  installed "$package" || better_missing+=("$package")
done
if ((${#missing[@]} + ${#better_missing[@]} == 0)); then exit 0; fi
if ((${#missing[@]} == 0)) && ! am_root; then exit 0; fi # not worth a question for a password

command -v apt-get >/dev/null || fail "this is not Debian. Needed: ${missing[*]}"
root=()
if ! am_root; then
  command -v sudo >/dev/null ||
    fail "these packages are missing, and there is no sudo. As root: apt-get install ${missing[*]}"
  root=(sudo)
  say "sudo may ask for your password"
fi
apt=("${root[@]}" env DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8)

# Debian starts its own NGINX and PostgreSQL when they are installed: not here. Both files are removed again unless they
# were there before.
restore=()
undo() { if ((${#restore[@]} > 0)); then "${root[@]}" rm -f -- "${restore[@]}"; fi; }
trap undo EXIT
write_once() { # FILE MODE, content on stdin
  if [[ -e $1 ]]; then return 0; fi
  "${root[@]}" mkdir -p -- "$(dirname -- "$1")"
  "${root[@]}" install -m "$2" /dev/stdin "$1"
  restore+=("$1")
}
write_once /usr/sbin/policy-rc.d 755 <<<$'#!/bin/sh\nexit 101'
if ! installed postgresql-15; then
  write_once /etc/postgresql-common/createcluster.conf 644 <<<'create_main_cluster = false'
fi

log=$(mktemp)
try() { "${apt[@]}" "$@" >"$log" 2>&1 </dev/null; }
run() {
  try "$@" || {
    tail -n 20 "$log" >&2
    fail "\"$*\" failed (the last lines stand above). Is the network there, and is another apt running?"
  }
}
add=(apt-get install -q -y --no-install-recommends -o Dpkg::Options::=--force-confold)
if ((${#missing[@]} > 0)); then
  say "installing ${#missing[@]} Debian packages: ${missing[*]}"
  run apt-get update -q
  run "${add[@]}" "${missing[@]}"
fi
if ((${#better_missing[@]} > 0)); then
  say "installing ${better_missing[*]}, by which functions start faster"
  { try "${add[@]}" "${better_missing[@]}" || { try apt-get update -q && try "${add[@]}" "${better_missing[@]}"; }; } ||
    say "not installed: all works without it, functions start a few milliseconds later"
fi
rm -f -- "$log"
libfcgi_is_safe || fail "libfcgi-dev must be $libfcgi_least or newer (CVE-2025-23016): add Debian's security updates."
say "packages installed"
