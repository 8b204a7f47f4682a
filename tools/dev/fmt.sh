#!/usr/bin/env bash
# ./dev fmt
set -euo pipefail
here=$(dirname -- "${BASH_SOURCE[0]}")
# shellcheck source=tools/dev/common.sh
source "$here/common.sh"

usage() {
  cat <<'EOF'
Examples:
  ./dev fmt           format all C++ files in place
  ./dev fmt --check   only say which files would change; exit 1 when there are any
EOF
}

mode=(-i)
while (($# > 0)); do
  case $1 in
    --check) mode=(--dry-run -Werror) ;;
    -h | --help)
      usage
      exit 0
      ;;
    *) misuse "fmt: unknown option \"$1\". ./dev fmt --help lists them." ;;
  esac
  shift
done

bash "$here/install.sh" --lint
cd "$repo"
git ls-files -z --cached --others --exclude-standard '*.cc' '*.h' |
  xargs -0 -r -n 50 -P "$(nproc)" clang-format-19 "${mode[@]}"
