#!/usr/bin/env bash
# From a bare Debian machine to answers: installs what is missing, builds the program,
# and runs it.  examples/quickstart.sh [SERVICE_TAG_FILE]
set -euo pipefail
data=${1:+$(realpath -- "$1")}
cd "$(dirname "$0")/.."

cmake/install_packages.sh build
echo "Building the program; the first time takes a few minutes."
cmake --preset release >/dev/null
log=$(mktemp)
trap 'rm -f "$log"' EXIT
cmake --build --preset release --target servicetags_cli >"$log" || {
  cat "$log" >&2
  exit 1
}

program=build/release/bin/servicetags

# Without a file: the published one, if the network has it within 10 seconds, else a sample.
what=given
if [ -z "$data" ]; then
  what=downloaded
  if [ "$("$program" update --timeout 10s -o jsonl 2>/dev/null | grep -c '"kept":true')" = 1 ]; then
    echo "Downloaded the published file into the cache."
  else
    what=sample
    data=$PWD/examples/data/sample.json
  fi
fi
[ -z "$data" ] || export SERVICETAGS_DATA=$data

show() {
  printf '\n$ servicetags'
  printf ' %q' "$@"
  printf '\n'
  "$program" "$@"
}

# A region of this file (other clouds have other names), and an address of its storage.
# (sed, unlike head, reads on to the end: nobody is left writing to a closed pipe.)
regions=$("$program" regions -o plain)
region=$(grep -x westus <<<"$regions" || sed -n 1p <<<"$regions")
prefix=$("$program" expand Storage --region "$region" --family 4 | sed -n 1p)

show info
show lookup "${prefix%/*}"
show lookup "$prefix" -o jsonl
show expand Storage --region "$region" --aggregate
show require azure-machine-learning --region "$region" --edition 2021-11

case $what in
  given) printf '\nThe program is %s; its data was %s.\n' "$program" "$data" ;;
  downloaded)
    printf '\nThe program is %s; its data was just downloaded, and is kept.\n' "$program"
    ;;
  sample)
    cat <<TEXT

The program is $program; its data was $data.
That is a made-up sample with documentation addresses: never load it into a firewall.
The real file could not be downloaded now. Once there is a network:
  $program update
or, with a file from elsewhere (https://www.microsoft.com/download/details.aspx?id=56519, or
az network list-service-tags --location westeurope > servicetags.json):
  examples/quickstart.sh servicetags.json
TEXT
    ;;
esac
