#!/usr/bin/env bash
# ./dev lint
set -euo pipefail
here=$(dirname -- "${BASH_SOURCE[0]}")
# shellcheck source=tools/dev/common.sh
source "$here/common.sh"

usage() {
  cat <<'EOF'
Examples:
  ./dev lint                        everything
  ./dev lint functions/login/*.cc   clang-tidy on these files alone

Runs shellcheck on all shell files, clang-format (dry run) and clang-tidy on all C++ files.
Exit 1 when something was found.
EOF
}

files=()
while (($# > 0)); do
  case $1 in
    -h | --help)
      usage
      exit 0
      ;;
    -*) misuse "lint: unknown option \"$1\". ./dev lint --help lists them." ;;
    *) files+=("$(realpath -m --relative-to="$repo" -- "$1")") ;;
  esac
  shift
done

bash "$here/install.sh" --lint
cd "$repo"
bad=0
if ((${#files[@]} == 0)); then
  say "shellcheck"
  mapfile -d '' -t scripts < <(git ls-files -z --cached --others --exclude-standard '*.sh' dev .ci/run)
  shellcheck -x "${scripts[@]}" || bad=1
  say "clang-format"
  bash "$here/fmt.sh" --check || bad=1
  mapfile -d '' -t files < <(git ls-files -z --cached --others --exclude-standard '*.cc')
fi
say "clang-tidy on ${#files[@]} files"
printf '%s\0' "${files[@]}" |
  xargs -0 -r -n 1 -P "$(nproc)" -I FILE clang-tidy-19 --quiet --warnings-as-errors='*' FILE -- \
    -x c++ -std=c++23 -I. -DBOOST_TEST_DYN_LINK -Wall -Wextra -Wno-unknown-warning-option 2>/dev/null || bad=1
if ((bad)); then fail "lint found something (see above)"; fi
say "nothing found"
