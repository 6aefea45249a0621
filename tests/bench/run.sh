#!/usr/bin/env bash
# Our lookups beside their peers, on one core, in one run; prints a table in Markdown.
#   tests/bench/run.sh FILE     a published service tag file
set -euo pipefail
cd "$(dirname "$0")/../.."
[ $# -eq 1 ] || { echo "usage: tests/bench/run.sh FILE" >&2; exit 2; }
cmake/install_packages.sh build bench
cmake --preset release -B build/bench -DSERVICETAGS_BUILD_BENCH=ON >/dev/null
cmake --build build/bench --target lookup_bench >/dev/null

found=$(mktemp -d)
trap 'rm -r "$found"' EXIT
bench=(taskset -c 1 build/bench/tests/bench/lookup_bench "$1")
"${bench[@]}" --benchmark_repetitions=9 --benchmark_enable_random_interleaving=true \
  --benchmark_min_time=0.1 --benchmark_format=json \
  >"$found/results.json"
go=$(go env GOVERSION 2>/dev/null || true)
if [ "$(printf 'go1.24\n%s\n' "$go" | sort -V | tail -n 1)" = "$go" ]; then
  "${bench[@]}" --dump "$found"
  (cd tests/bench/bart && go build -o "$found/bart" .)
  taskset -c 1 "$found/bart" "$found" >"$found/bart.tsv"
else
  echo "LEFT OUT: bart, which needs Go 1.24" >&2
fi
python3 -B tests/bench/table.py "$found"
