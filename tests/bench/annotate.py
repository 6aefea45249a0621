"""`servicetags annotate` beside grepcidr, on a log in CSV of the addresses that
dump_queries wrote. Prints lines of: name, MB a second, MiB of memory, lines that were found.

    annotate.py PROGRAM SNAPSHOT FOLDER
"""

import itertools
import os
import pathlib
import statistics
import subprocess
import sys
import time

PASSES = 5
LINES = 2_000_000


def write_log(folder):
    """Streamed, as all here: what this process holds would count as its children's memory."""
    mixes = (folder / f"{mix}.txt" for mix in ("IPv4-log-like", "IPv4-uniform", "IPv6-log-like"))
    lines = itertools.chain.from_iterable(zip(*(path.open(encoding="ascii") for path in mixes)))
    with (folder / "log.csv").open("w", encoding="ascii") as log:
        log.write("time,dst,port,bytes,agent\n")
        for n, line in enumerate(itertools.islice(lines, LINES)):
            address, _ = line.split()
            log.write(f"2026-11-23T07:{n // 60 % 60:02}:{n % 60:02}Z,{address},443,{n % 9973},"
                      f"client {n % 31} of the example network\n")


def measure(name, command, folder):
    """The output goes to a file in memory, so that no disk is measured."""
    times, size = [], (folder / "log.csv").stat().st_size
    output = pathlib.Path("/dev/shm") / f"annotate-bench-{os.getpid()}"
    for _ in range(PASSES):
        with output.open("wb") as out:
            begin = time.perf_counter()
            process = subprocess.Popen(command, stdout=out)
            _, status, usage = os.wait4(process.pid, 0)
            times.append(time.perf_counter() - begin)
        assert os.waitstatus_to_exitcode(status) == 0, command
    with output.open("rb") as out:
        found = sum(b"443" in line for line in out)
    output.unlink()
    speed = size / 1e6 / statistics.median(times)
    print(name, f"{speed:.0f}", f"{usage.ru_maxrss / 1024:.0f}", found, sep="\t")


def main():
    program, snapshot, folder = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3])
    write_log(folder)
    with (folder / "prefixes.txt").open(encoding="ascii") as prefixes, \
            (folder / "patterns.txt").open("w", encoding="ascii") as patterns:
        patterns.writelines(line.split()[0] + "\n" for line in prefixes)
    log = str(folder / "log.csv")
    ours = [program, "annotate", "--data", snapshot, "--column", "dst", log]
    measure("servicetags annotate, one thread", ["taskset", "-c", "1", *ours, "--threads", "1"], folder)
    measure("servicetags annotate, two threads", [*ours, "--threads", "2"], folder)
    measure("grepcidr, which names no prefix",
            ["taskset", "-c", "1", "grepcidr", "-f", str(folder / "patterns.txt"), log], folder)


if __name__ == "__main__":
    main()
