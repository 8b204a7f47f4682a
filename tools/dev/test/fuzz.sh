#!/usr/bin/env bash
# tests/fuzz, built with clang alone. Sourced by test.
# shellcheck disable=SC2154 # what test.sh sets
set -euo pipefail

fuzz_flags=(-std=c++23 -O1 -g -fno-omit-frame-pointer "-fsanitize=address,undefined" -fno-sanitize-recover=all "-I$repo")

# sources NAME: what its comment names.
sources() { sed -n 's|^// Sources: ||p' "$repo/tests/fuzz/$1_fuzz.cc" | tr ' ' '\n'; }
object() { printf '%s/fuzz/%s.o' "$work" "${1//\//-}"; }

compile() { # SOURCE
  clang++-19 "${fuzz_flags[@]}" -fsanitize=fuzzer-no-link -c "$repo/$1" -o "$(object "$1")"
}

build_fuzzers() { # NAME...
  local name source running=0
  local -A wanted=()
  mkdir -p -- "$work/fuzz"
  for name in "$@"; do
    for source in "tests/fuzz/${name}_fuzz.cc" $(sources "$name"); do wanted[$source]=1; done
  done
  local -a pids=()
  for source in "${!wanted[@]}"; do
    if ((running == $(nproc))); then
      wait -n || return 1
      ((running -= 1))
    fi
    compile "$source" &
    pids+=("$!")
    ((running += 1))
  done
  for pid in "${pids[@]}"; do wait "$pid" || return 1; done
  for name in "$@"; do
    local -a objects=()
    for source in "tests/fuzz/${name}_fuzz.cc" $(sources "$name"); do objects+=("$(object "$source")"); done
    clang++-19 "${fuzz_flags[@]}" -fsanitize=fuzzer "${objects[@]}" -lcrypto -lfmt -o "$work/fuzz/$name" || return 1
  done
}

# test_fuzz SECONDS: each program for so long; one that finds nothing has passed.
test_fuzz() {
  local name seconds=$1 log found
  local -a names
  mapfile -t names < <(basename -a -s _fuzz.cc -- "$repo"/tests/fuzz/*_fuzz.cc)
  say "fuzz: building ${#names[@]} programs"
  if ! build_fuzzers "${names[@]}" >"$work/fuzz-build.log" 2>&1; then
    tail -n 40 "$work/fuzz-build.log" >&2
    ((failed += 1))
    return 0
  fi
  for name in "${names[@]}"; do
    log=$work/fuzz/$name.log
    found=$work/fuzz/$name.corpus
    mkdir -p -- "$found"
    if "$work/fuzz/$name" "-max_total_time=$seconds" -timeout=5 -rss_limit_mb=1024 -max_len=4096 -verbosity=1 \
      "-artifact_prefix=$work/fuzz/$name-" "$found" "$repo/tests/fuzz/corpus/$name" >"$log" 2>&1 </dev/null; then
      say "fuzz $name: $(grep -a '^Done ' "$log" || tail -n 1 "$log")"
      ((passed += 1))
    else
      tail -n 40 "$log" >&2
      say "fuzz $name failed; the input, by base64:"
      find "$work/fuzz" -name "$name-*" ! -name '*.log' -type f -exec base64 {} + >&2
      ((failed += 1))
    fi
  done
}
