#!/usr/bin/env bash
# ./dev new
set -euo pipefail
here=$(dirname -- "${BASH_SOURCE[0]}")
# shellcheck source=tools/dev/common.sh
source "$here/common.sh"

usage() {
  cat <<'EOF'
Examples:
  ./dev new thought_count     makes functions/thought_count, answering GET /thought_count
  bazel test //functions/thought_count:all

Makes a function's folder: BUILD, handler.cc, handler_test.cc, function.json. It builds and passes its test; the next
./dev up serves it. Change the path in function.json first: docs/writing-a-function.md tells how.
EOF
}

name=
while (($# > 0)); do
  case $1 in
    -h | --help)
      usage
      exit 0
      ;;
    -*) misuse "new: unknown option \"$1\". ./dev new --help." ;;
    *)
      [[ -z $name ]] || misuse "new: one name at a time"
      name=$1
      ;;
  esac
  shift
done
[[ -n $name ]] || misuse "new: the function's name is missing. ./dev new --help shows an example."
[[ $name =~ ^[a-z][a-z0-9_]{0,39}$ ]] || misuse "new: a name is a-z, 0-9 and _, at most 40, beginning with a letter"
folder=$repo/functions/$name
[[ ! -e $folder ]] || fail "functions/$name exists already"

mkdir -- "$folder"
cat >"$folder/BUILD" <<EOF
load("//bazel:function.bzl", "function")

function(name = "$name")
EOF
cat >"$folder/handler.cc" <<EOF
// GET /$name  ->  200 {"function":"$name"}

#include "host/function/function.h"

host::Response function::Handle(const host::Request&, host::Context&) {
  return host::Response::Json(200, R"({"function":"$name"})");
}
EOF
cat >"$folder/handler_test.cc" <<EOF
#include "host/testing/function_test.h"

BOOST_AUTO_TEST_CASE(answers_with_its_name) {
  const auto answer = host::testing::Call({.path = "/$name"});
  BOOST_TEST(answer.status() == 200);
  BOOST_TEST(answer.body() == R"({"function":"$name"})");
}
EOF
cat >"$folder/function.json" <<EOF
{
  "name": "$name",
  "summary": "Say what GET /$name answers",
  "routes": [{"methods": ["GET"], "path": "/$name"}],
  "exposure": "public",
  "protocol": "fastcgi",
  "pool": {"mode": "static", "min": 1, "max": 1, "threads": 8, "idle_timeout_s": 60, "max_requests": 0},
  "limits": {"body_bytes": 65536, "timeout_ms": 5000, "memory_mb": 128, "rate": {"key": "ip", "per_second": 0, "burst": 0}},
  "scope": "",
  "repeat_safe": false,
  "needs": []
}
EOF
echo "made functions/$name. Next: bazel test //functions/$name:all, then ./dev down and ./dev up"
