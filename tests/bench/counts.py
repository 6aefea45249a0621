"""What one lookup costs in instructions and missed cache lines, by valgrind's callgrind: the
difference of two runs of lookup_count, over the difference of their numbers of lookups. Its
processor has no AVX-512, so the batches are those of SSE2.

    counts.py LOOKUP_COUNT SNAPSHOT FOLDER

Prints lines of: family and mix / way, instructions, first-level misses, last-level misses.
"""

import pathlib
import re
import subprocess
import sys
import tempfile

LOOKUPS = (8 * 4096, 72 * 4096)
SUMMARY = re.compile(r"^summary: (.*)$", re.MULTILINE)
EVENTS = re.compile(r"^events: (.*)$", re.MULTILINE)


def count(program, snapshot, queries, lookups, way):
    with tempfile.NamedTemporaryFile() as out:
        subprocess.run(["valgrind", "--tool=callgrind", "--cache-sim=yes",
                        f"--callgrind-out-file={out.name}", program, snapshot, queries,
                        str(lookups), way], check=True, capture_output=True)
        text = pathlib.Path(out.name).read_text()
    numbers = map(int, SUMMARY.search(text).group(1).split())
    events = dict(zip(EVENTS.search(text).group(1).split(), numbers))
    return (events["Ir"], events["D1mr"] + events["D1mw"], events["DLmr"] + events["DLmw"])


def main():
    program, snapshot, folder = sys.argv[1:]
    for family in ("IPv4", "IPv6"):
        for mix in ("inside", "log-like", "uniform"):
            queries = f"{folder}/{family}-{mix}.txt"
            for way, name in (("batch", "batch"), ("one", "one by one"), ("text", "from text")):
                few, many = (count(program, snapshot, queries, n, way) for n in LOOKUPS)
                each = [(b - a) / (LOOKUPS[1] - LOOKUPS[0]) for a, b in zip(few, many)]
                print(f"{family} {mix}/{name}", *(f"{n:.2f}" for n in each), sep="\t")


if __name__ == "__main__":
    main()
