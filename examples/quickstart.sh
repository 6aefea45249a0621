#!/usr/bin/env bash
# From a bare Debian machine to answers: installs what is missing, builds the program,
# and runs it.  examples/quickstart.sh [SERVICE_TAG_FILE]
set -euo pipefail
cd "$(dirname "$0")/.."

cmake/install_packages.sh build
cmake --preset release >/dev/null
cmake --build --preset release >/dev/null

program=build/release/bin/servicetags
data=${1:-examples/data/sample.json}
export SERVICETAGS_DATA=$data

show() {
  printf '\n$ servicetags'
  printf ' %q' "$@"
  printf '\n'
  "$program" "$@"
}

# An address that this data holds: the first of the region's storage.
region=$("$program" regions -o plain | grep -x westeurope || "$program" regions -o plain | head -n 1)
prefix=$("$program" expand Storage --region "$region" --family 4 2>/dev/null | head -n 1)

show info
show lookup "${prefix%/*}"
show lookup "$prefix" -o jsonl
show expand Storage --region "$region" --aggregate
show require azure-machine-learning --region "$region" --edition 2021-11

printf '\nThe program is %s; its data was %s.\n' "$program" "$data"
if [ $# -eq 0 ]; then
  cat <<'TEXT'
That is a made-up sample with documentation addresses: never load it into a firewall.
The real file, by one of
  az network list-service-tags --location westeurope > servicetags.json
  https://www.microsoft.com/download/details.aspx?id=56519
and then
  examples/quickstart.sh servicetags.json
TEXT
fi
