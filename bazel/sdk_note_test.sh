#!/usr/bin/env bash
# A function's binary, as the macro links it (-O2, --gc-sections, -s), carries the note that tells it from other programs.
set -euo pipefail
grep -aq 'fnhost-sdk-1' "$1" || { echo "$1 lacks the bytes fnhost-sdk-1" >&2; exit 1; }
readelf --notes "$1" | grep -Eq '^ *fnhost ' || { echo "$1 has no ELF note of fnhost" >&2; exit 1; }
