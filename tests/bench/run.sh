#!/usr/bin/env bash
# Ours beside its peers, in one run on one core: lookups, loading, growth, annotate, and what a
# lookup costs in instructions. Prints tables in Markdown, and keeps them with a plot in build/bench.
#   tests/bench/run.sh FILE     a published service tag file
set -euo pipefail
cd "$(dirname "$0")/../.."
[ $# -eq 1 ] || { echo "usage: tests/bench/run.sh FILE" >&2; exit 2; }
file=$(realpath "$1")
cmake/install_packages.sh build bench
cmake --preset release -B build/bench -DSERVICETAGS_BUILD_BENCH=ON >/dev/null
cmake --build build/bench --target dump_queries lookup_bench load_bench lookup_count bin/servicetags >/dev/null
built=build/bench/tests/bench
program=build/bench/bin/servicetags

found=build/bench/results
rm -rf "$found" && mkdir -p "$found"
one_core=(taskset -c 1)
options=(--benchmark_enable_random_interleaving=true --benchmark_min_time=0.1
  --benchmark_format=json --benchmark_repetitions=9)
step() { echo "== $*" >&2; }

step "addresses, and peers in other languages"
"$built/dump_queries" "$file" "$found"
newest() { [ "$(printf '%s\n%s\n' "$1" "$2" | sort -V | tail -n 1)" = "$2" ]; }
database=()
if newest go1.24 "$(go env GOVERSION 2>/dev/null || true)"; then
  (cd tests/bench/go && go build -o ../../../build/bench/go_peers .)
  "${one_core[@]}" build/bench/go_peers "$found" >"$found/go.tsv"
  database=(--mmdb "$found/servicetags.mmdb")
else
  echo "LEFT OUT: bart, cidranger and libmaxminddb, whose file needs Go 1.24" >&2
fi
if command -v cargo >/dev/null; then
  cp -r tests/bench/rust build/bench  # cargo writes beside its sources
  (cd build/bench/rust && cargo build -q --release)
  "${one_core[@]}" build/bench/rust/target/release/peers "$found" >"$found/rust.tsv"
else
  echo "LEFT OUT: ip_network_table and prefix-trie, which need cargo" >&2
fi
python=build/bench/venv/bin/python
[ -x $python ] || python3 -m venv build/bench/venv
$python -m pip install -q --disable-pip-version-check . -r tests/bench/peers.txt matplotlib==3.11.2
"${one_core[@]}" $python -B tests/bench/peers.py "$found" "$file" >"$found/python.tsv"
$python -B tests/bench/threads.py "$found" "$file" >"$found/python_threads.txt"

step "lookups"
"${one_core[@]}" "$built/lookup_bench" "$file" "${database[@]}" "${options[@]}" \
  --benchmark_filter=-thread >"$found/lookups.json"
"$built/lookup_bench" "$file" "${options[@]}" --benchmark_filter=thread >"$found/threads.json"

step "loading and growth"
"${one_core[@]}" "$built/load_bench" "$file" "${database[@]}" "${options[@]}" \
  --benchmark_filter=-growth >"$found/loading.json"
"${one_core[@]}" "$built/load_bench" "$file" --benchmark_format=json \
  --benchmark_filter=growth >"$found/growth.json"

step "annotate"
"$program" --data "$file" compile "$found/snapshot" >&2
$python -B tests/bench/annotate.py "$program" "$found/snapshot" "$found" >"$found/annotate.txt"

step "instructions"
python3 -B tests/bench/counts.py "$built/lookup_count" "$found/snapshot" "$found" >"$found/counts.txt"

$python -B tests/bench/table.py "$found" build/bench/lookups.png | tee build/bench/results.md
