#!/usr/bin/env bash
# Installs the Debian packages that are missing, and asks for nothing when none is.
#   cmake/install_packages.sh build        what building and running need
#   cmake/install_packages.sh build test   and what tests/run.sh needs
#   cmake/install_packages.sh build bench  and what tests/bench/run.sh needs
set -euo pipefail

build=(g++ cmake ninja-build nlohmann-json3-dev libboost-dev libboost-system-dev zlib1g-dev
  libssl-dev libcurl4-openssl-dev libxxhash-dev
  libcli11-dev libfmt-dev)
test=(doctest-dev clang clang-format clang-tidy libclang-rt-14-dev pkg-config python3 ccache
  zsh fish mandoc iproute2 openssl strace faketime nftables ipset iptables haproxy squid
  python3-dev python3-jsonschema python3-venv python3-yaml openjdk-17-jre-headless)
bench=(libbenchmark-dev libdpdk-dev libsimdjson-dev libmaxminddb-dev grepcidr valgrind pkg-config
  python3-venv)

wanted=()
for set in "$@"; do
  case $set in
    build) wanted+=("${build[@]}") ;;
    test) wanted+=("${test[@]}") ;;
    bench) wanted+=("${bench[@]}") ;;
    *) echo "unknown set of packages: $set" >&2; exit 2 ;;
  esac
done

missing=()
for package in "${wanted[@]}"; do
  dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q '^install ok' || missing+=("$package")
done
[ "${#missing[@]}" -gt 0 ] || exit 0

as_root=()
[ "$(id -u)" -eq 0 ] || as_root=(sudo)
echo "Installing ${missing[*]}"
export DEBIAN_FRONTEND=noninteractive RUNLEVEL=1  # install services, do not start them
for attempt in 1 2; do
  if "${as_root[@]}" apt-get -qq update &&
    "${as_root[@]}" apt-get -qq install -y --no-install-recommends "${missing[@]}" >/dev/null; then
    exit 0
  fi
  echo "apt-get failed (attempt $attempt)" >&2
done
exit 1
