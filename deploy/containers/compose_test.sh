#!/usr/bin/env bash
# compose.yaml has every function as its manifest says: compose_test.sh BUILD, by whose real place the tree is found.
set -euo pipefail
repo=$(dirname -- "$(readlink -f -- "$1")")/../..
"$repo/dev" image --check
