#!/usr/bin/env bash
# Every test, from a bare Debian machine.
#   tests/run.sh        all steps
#   tests/run.sh fast   only the first two: g++ build and its tests, the Python package
set -euo pipefail
cd "$(dirname "$0")/.."
cmake/install_packages.sh build test

export CMAKE_CXX_COMPILER_LAUNCHER=ccache
failed=()

# Runs one step, tells its time, and goes on after a failure.
step() {
  local name=$1 start=$SECONDS
  shift
  printf '\n== %s\n' "$name"
  if "$@"; then
    printf -- '-- %s: done in %d s\n' "$name" $((SECONDS - start))
  else
    printf -- '-- %s: FAILED after %d s\n' "$name" $((SECONDS - start))
    failed+=("$name")
  fi
}

build() {
  cmake --preset "$1" >/dev/null && cmake --build --preset "$1" | { grep -vE '^\[[0-9]+/' || true; }
}
build_and_test() {
  local preset=$1
  shift
  build "$preset" && ctest --preset "$preset" --parallel 2 "$@"
}

sources() { find include src examples tests -name "*.[ch]pp"; }
format() { sources | xargs clang-format --dry-run -Werror; }
tidy() {
  find src examples -name '*.cpp' -not -path 'src/python/*' |
    xargs -P 2 -n 4 clang-tidy -p build/asan --quiet 2>/dev/null
}
# The wheel, installed into an environment of its own and used from an empty folder, alone and
# beside the libraries that it answers to.
python_package() {
  local python=$PWD/build/python/bin/python tests=$PWD/tests/python
  export SERVICETAGS_TEST_DATA SERVICETAGS_PROGRAM=$PWD/build/dev/bin/servicetags
  SERVICETAGS_TEST_DATA=$(realpath -m "${SERVICETAGS_TEST_DATA:-../shared/data}")
  python3 -m venv --clear build/python && rm -rf build/empty && mkdir build/empty
  if ! "$python" -m pip download -q --disable-pip-version-check --no-deps -d build/empty nanobind; then
    echo "LEFT OUT: the Python package; what builds it could not be fetched by pip"
    return
  fi
  rm -r build/empty && mkdir build/empty &&
    "$python" -m pip install -q --disable-pip-version-check \
      --config-settings=cmake.define.SERVICETAGS_WERROR=ON . &&
    (cd build/empty && "$python" -B -m unittest discover -s "$tests") &&
    "$python" -m pip install -q --disable-pip-version-check numpy pyarrow pandas polars \
      duckdb 'dask[dataframe]' matplotlib pyspark maxminddb chdb mypy &&
    (cd build/empty && "$python" -B -m unittest discover -s "$tests" &&
      "$python" -m mypy --config-file ../../pyproject.toml -p servicetags &&
      "$python" -m mypy.stubtest --mypy-config-file ../../pyproject.toml \
        --ignore-disjoint-bases --allowlist "$tests/stubtest_allowlist.txt" servicetags) &&
    other_pythons "$tests" && python_peers
}
# Lookups beside those of other packages, all answers compared; the figures are for people.
python_peers() {
  local python=build/python/bin/python folder=build/python/peers file
  file=$(find "$SERVICETAGS_TEST_DATA" -name 'ServiceTags_Public_*.json' 2>/dev/null | sort | tail -n 1)
  if [ -z "$file" ]; then
    echo "LEFT OUT: lookups beside other packages; no published file in $SERVICETAGS_TEST_DATA"
    return
  fi
  if ! "$python" -m pip install -q --disable-pip-version-check -r tests/bench/peers.txt; then
    echo "LEFT OUT: lookups beside other packages, which pip could not fetch or build"
    return
  fi
  rm -rf "$folder" && mkdir -p "$folder" && build/dev/tests/dump_queries "$file" "$folder" &&
    "$python" -B tests/bench/peers.py "$folder" "$file" |
    awk -F'\t' '{ printf "%-62s %9.4g million a second, %d wrong\n", $1, 1000 / $2, $3 }'
}
# Every other Python from 3.9 on that this machine has; from 3.12 on with one and the same wheel.
other_pythons() {
  local python version wheel tested="$(python3 -c 'import sys; print("%d.%d" % sys.version_info[:2])')"
  rm -rf build/wheels
  for python in $(compgen -c python3. | sort -uV | grep -xE 'python3\.(9|[1-9][0-9])') \
    "${PYENV_ROOT:-$HOME/.pyenv}"/versions/*/bin/python; do
    version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null) || continue
    if [[ " $tested " == *" $version "* ]] || [[ ! $version =~ ^3\.(9|[1-9][0-9])$ ]]; then continue; fi
    tested+=" $version"
    "$python" -m venv --clear "build/python-$version" || return
    wheel=$(find build/wheels -name '*abi3*.whl' 2>/dev/null)
    [[ -n $wheel && $version =~ ^3\.1[2-9]$ ]] || wheel=.
    echo "Python $version, $([ "$wheel" = . ] && echo "built for it" || echo "$(basename "$wheel")")"
    "build/python-$version/bin/python" -m pip wheel -q --disable-pip-version-check --no-deps \
      -w build/wheels "$wheel" &&
      "build/python-$version/bin/python" -m pip install -q --disable-pip-version-check --no-index \
        -f build/wheels servicetags &&
      (cd build/empty && "../python-$version/bin/python" -B -m unittest discover -s "$1") || return
  done
  echo "Python tested: $tested"
}
# What a fuzzer finds goes to its first folder; the others are to start from.
fuzz_one() {
  local name=$1 found status=0
  shift
  found=$(mktemp -d)
  "build/fuzz/bin/$name" -max_total_time=10 -rss_limit_mb=4096 -print_final_stats=1 \
    -verbosity=0 -artifact_prefix=build/fuzz/ "$found" "$@" 2>&1 |
    { grep -E 'ERROR|does not hold|number_of_executed_units|SUMMARY|Test unit' || true; } |
    sed "s/^/$name: /" || status=1
  rm -r "$found"
  return "$status"
}
fuzz() {
  build fuzz && fuzz_one address_fuzz && fuzz_one compiled_fuzz && fuzz_one prefix_fuzz &&
    fuzz_one document_fuzz tests/data/documents
}

step 'g++: build without warnings, all tests' build_and_test dev
step 'Python package' python_package
if [ "${1:-all}" != fast ]; then
  step 'clang: build without warnings, tests under AddressSanitizer and UndefinedBehaviorSanitizer' \
    build_and_test asan -L 'unit|property|integration'
  step 'ThreadSanitizer, tests with threads' build_and_test tsan -L threaded
  step 'clang-format' format
  step 'clang-tidy' tidy
  step 'fuzzers, 10 s each' fuzz
fi

printf '\n'
if [ "${#failed[@]}" -gt 0 ]; then
  printf 'FAILED: %s\n' "${failed[@]}"
  exit 1
fi
echo "All steps passed in $SECONDS s."
