"""Tables for Python on what lookup_bench --dump wrote. Prints one line a mix and table: name,
nanoseconds a lookup, wrong answers. Addresses are text, as these tables take them."""

import pathlib
import statistics
import sys
import time

import pytricia
import radix

PASSES = 3
QUERIES = 65_536


def read(path, limit=None):
    with open(path, encoding="ascii") as file:
        return [(text, int(number)) for line, _ in zip(file, range(limit or sys.maxsize))
                for text, number in [line.split()]]


def measure(title, ask, queries):
    times = []
    for _ in range(PASSES):
        begin = time.perf_counter_ns()
        answers = [ask(text) for text, _ in queries]
        times.append((time.perf_counter_ns() - begin) / len(queries))
    wrong = sum(answer != expected for answer, (_, expected) in zip(answers, queries))
    print(title, f"{statistics.median(times):.2f}", wrong, sep="\t")


def main():
    folder = pathlib.Path(sys.argv[1])
    tries = {"IPv4": pytricia.PyTricia(32), "IPv6": pytricia.PyTricia(128)}
    tree = radix.Radix()
    for text, number in read(folder / "prefixes.txt"):
        tries["IPv6" if ":" in text else "IPv4"][text] = number
        tree.add(text).data["set"] = number

    def ask_radix(text):
        node = tree.search_best(text)
        return node.data["set"] if node else 0

    for family, trie in tries.items():
        for mix in ("inside", "log-like", "uniform"):
            queries = read(folder / f"{family}-{mix}.txt", QUERIES)
            measure(f"{family} {mix}/Python pytricia, one by one", lambda text: trie.get(text, 0),
                    queries)
            measure(f"{family} {mix}/Python py-radix, one by one", ask_radix, queries)


if __name__ == "__main__":
    main()
