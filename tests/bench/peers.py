"""Ours and other packages for Python, on what dump_queries wrote. Prints one line a mix and way:
name, nanoseconds a lookup, wrong answers. Addresses are text unless the name says otherwise.
Fails when any answer is wrong.

    peers.py FOLDER FILE    FILE is what FOLDER was written from
"""

import ipaddress
import pathlib
import statistics
import sys
import time

import azure_json_ips
import maxminddb
import netaddr
import numpy
import pyarrow
import pytricia
import radix
import servicetags

PASSES = 5
QUERIES = 65_536
SLOW_QUERIES = 64  # for those that look at every prefix

wrong_answers = []  # of each measurement


def read(path, limit=None):
    with open(path, encoding="ascii") as file:
        return [(text, int(number)) for line, _ in zip(file, range(limit or sys.maxsize))
                for text, number in [line.split()]]


def measure(title, ask_all, queries, expected, same=None):
    """`ask_all(queries)` gives an answer for each; `same` compares one with what is expected."""
    times = []
    for _ in range(PASSES):
        begin = time.perf_counter_ns()
        answers = ask_all(queries)
        times.append((time.perf_counter_ns() - begin) / len(expected))
    same = same or (lambda answer, number: answer == number)
    wrong = sum(not same(answer, number) for answer, number in zip(answers, expected))
    print(title, f"{statistics.median(times):.2f}", wrong, sep="\t", flush=True)
    wrong_answers.append(wrong)


def one_by_one(ask):
    return lambda queries: [ask(query) for query in queries]


class Ours:
    def __init__(self, file):
        self.snapshot = servicetags.load(file)

    def same_tags(self, matches, number):
        return {match.tag for match in matches} == set(self.snapshot.tag_set(number))

    def measure(self, mix, family, texts, expected):
        title = f"{mix}/Python servicetags, "
        measure(title + "one by one", one_by_one(self.snapshot.lookup), texts, expected,
                self.same_tags)
        column = pyarrow.array(texts)
        measure(title + "Arrow text", self.snapshot.tag_sets, column, expected,
                lambda answer, number: answer.as_py() == number)
        packed = [ipaddress.ip_address(text).packed for text in texts]
        if family == "IPv4":
            array = numpy.frombuffer(b"".join(packed), dtype=">u4").astype(numpy.uint32)
        else:
            array = numpy.frombuffer(b"".join(packed), dtype=numpy.uint8).reshape(-1, 16)
        measure(title + "NumPy", self.snapshot.tag_sets, array, expected)


class Peers:
    """Each holds the same prefixes; some can only tell whether one has the address."""

    def __init__(self, folder, ours):
        prefixes = read(folder / "prefixes.txt")
        self.tries = {"IPv4": pytricia.PyTricia(32), "IPv6": pytricia.PyTricia(128)}
        self.tree = radix.Radix()
        for text, number in prefixes:
            self.tries["IPv6" if ":" in text else "IPv4"][text] = number
            self.tree.add(text).data["set"] = number
        texts = [text for text, _ in prefixes]
        self.networks = {netaddr.IPNetwork(text): number for text, number in prefixes}
        self.ranges = azure_json_ips.AzureIPQuery.from_cidrs(texts)
        self.databases = {}
        exported = folder / "exported.mmdb"
        exported.write_bytes(ours.snapshot.export("mmdb"))
        for name, path in (("a number", folder / "servicetags.mmdb"), ("whole record", exported)):
            if path.exists():
                self.databases[name] = maxminddb.open_database(path, maxminddb.MODE_MMAP_EXT)
        self.joined = [";".join(tag.name for tag in ours.snapshot.tag_set(number))
                       for number in range(ours.snapshot.info.tag_set_count + 1)]

    def same_set(self, record, number):
        return record == number or record["tags_text"] == self.joined[number]

    def ask_radix(self, text):
        node = self.tree.search_best(text)
        return node.data["set"] if node else 0

    def ask_netaddr(self, text):
        return self.networks.get(netaddr.smallest_matching_cidr(text, self.networks), 0)

    def measure(self, mix, family, texts, expected):
        trie = self.tries[family]
        measure(f"{mix}/Python pytricia, one by one",
                one_by_one(lambda text: trie.get(text, 0)), texts, expected)
        measure(f"{mix}/Python py-radix, one by one", one_by_one(self.ask_radix), texts, expected)
        for name, database in self.databases.items():
            measure(f"{mix}/Python maxminddb (C), {name}, one by one",
                    one_by_one(lambda text, get=database.get: get(text) or 0), texts, expected,
                    self.same_set)

    def measure_slow(self, mix, texts, expected):
        measure(f"{mix}/Python azure-json-ips, one by one, only whether",
                one_by_one(self.ranges.contains_ip), texts[:SLOW_QUERIES], expected[:SLOW_QUERIES],
                lambda answer, number: answer == (number != 0))
        measure(f"{mix}/Python netaddr, one by one", one_by_one(self.ask_netaddr), texts[:2],
                expected[:2])


def main():
    folder, file = pathlib.Path(sys.argv[1]), sys.argv[2]
    ours = Ours(file)
    peers = Peers(folder, ours)
    for family in ("IPv4", "IPv6"):
        for name in ("inside", "log-like", "uniform"):
            mix = f"{family} {name}"
            texts, expected = zip(*read(folder / f"{family}-{name}.txt", QUERIES))
            ours.measure(mix, family, texts, expected)
            peers.measure(mix, family, texts, expected)
            peers.measure_slow(mix, texts, expected)
    sys.exit(any(wrong_answers))


if __name__ == "__main__":
    main()
