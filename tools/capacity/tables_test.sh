#!/bin/sh
# Each line that `capacity` prints stands in docs/scaling.md: tables_test.sh CAPACITY COSTS SCALING
set -eu
"$1" --costs "$2" >"$TEST_TMPDIR/printed"
sed -n '/<!-- capacity/,/<!-- end/p' "$3" | sed '1d;$d' >"$TEST_TMPDIR/written"
diff "$TEST_TMPDIR/written" "$TEST_TMPDIR/printed" || {
  echo "docs/scaling.md is stale: put in what  capacity --costs tools/capacity/costs.json  prints" >&2
  exit 1
}
