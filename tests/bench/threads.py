"""Batches in Python on one thread and on two. Prints lines: what, million addresses a second on
one, on two.

    threads.py FOLDER FILE    as peers.py
"""

import ipaddress
import pathlib
import statistics
import sys
import threading
import time

import numpy
import pyarrow
import servicetags

PASSES = 9
REPEATS = 40


def rate(ask, column, count, threads):
    """The median of a few passes; each thread asks for the whole column some times."""
    def work():
        for _ in range(REPEATS):
            ask(column)

    times = []
    for _ in range(PASSES):
        running = [threading.Thread(target=work) for _ in range(threads)]
        begin = time.perf_counter()
        for thread in running:
            thread.start()
        for thread in running:
            thread.join()
        times.append(time.perf_counter() - begin)
    return threads * REPEATS * count / statistics.median(times) / 1e6


def main():
    folder, snapshot = pathlib.Path(sys.argv[1]), servicetags.load(sys.argv[2])
    lines = (folder / "IPv4-inside.txt").read_text("ascii").splitlines()
    texts = pyarrow.array([line.split()[0] for line in lines])
    numbers = numpy.array([int(ipaddress.ip_address(text)) for text in texts.to_pylist()],
                          dtype=numpy.uint32)
    for title, ask, column in (
            ("NumPy uint32, tag_sets", snapshot.tag_sets, numbers),
            ("Arrow text, tag_sets", snapshot.tag_sets, texts),
            ("Arrow text, annotate as lists", snapshot.annotate, texts),
            ("Arrow text, annotate as a dictionary",
             lambda column: snapshot.annotate(column, form="dictionary"), texts)):
        print(title, *(f"{rate(ask, column, len(lines), threads):,.0f}" for threads in (1, 2)),
              sep="\t", flush=True)


if __name__ == "__main__":
    main()
