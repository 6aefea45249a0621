"""The whole data for other engines: read back by them, and asked what the snapshot is asked."""

import csv
import io
import ipaddress
import json
import os
import pathlib
import random
import sys
import tempfile
import unittest

import servicetags
from support import missing

TESTS = pathlib.Path(__file__).resolve().parents[1]
SAMPLE = TESTS.parent / "examples" / "data" / "sample.json"
REAL = pathlib.Path(os.environ.get("SERVICETAGS_TEST_DATA", TESTS.parents[1] / "shared" / "data"))


class Case(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        published = sorted(REAL.glob("ServiceTags_Public_*.json"))
        if not published:
            print(f"LEFT OUT: no published files in {REAL}", file=sys.stderr)
        cls.path = (published or [SAMPLE])[-1]
        cls.snapshot = servicetags.load(cls.path)
        chance = random.Random(21)
        prefixes = sorted({prefix for tag in cls.snapshot.tags for prefix in tag.prefixes},
                          key=lambda one: (one.version, one))
        cls.addresses = [address for prefix in chance.sample(prefixes, min(3000, len(prefixes)))
                         for address in cls.edges(prefix)]
        cls.addresses += [ipaddress.IPv4Address(chance.getrandbits(32)) for _ in range(1000)]

    @staticmethod
    def edges(prefix):
        yield prefix[0]
        yield prefix[-1]
        for place, step in ((0, -1), (-1, 1)):
            try:
                yield prefix[place] + step
            except ipaddress.AddressValueError:
                pass

    def names(self, address):
        return sorted((match.tag.name for match in self.snapshot.lookup(address)), key=str.lower)


class Rows(Case):
    def csv(self, shape):
        text = self.snapshot.export("csv", shape=shape).decode("ascii")
        rows = list(csv.DictReader(io.StringIO(text)))
        lines = self.snapshot.export("jsonl", shape=shape).splitlines()
        self.assertEqual(len(lines), len(rows))
        for line, row in zip(lines, rows):
            found = json.loads(line)
            if "tags" in found:
                found["tags"] = ";".join(found["tags"])
            self.assertEqual({key: str(value) for key, value in found.items()}, row)
        return rows

    def test_tags_are_those_of_the_file(self):
        published = json.loads(self.path.read_text("utf-8-sig"))["values"]
        expected = {(value["name"], value["properties"]["region"],
                     value["properties"]["systemService"], str(ipaddress.ip_network(prefix)))
                    for value in published for prefix in value["properties"]["addressPrefixes"]}
        rows = self.csv("tags")
        self.assertEqual({(row["tag"], row["region"], row["service"], row["prefix"])
                          for row in rows}, expected)
        self.assertEqual(len(rows), len(expected))

    def test_prefixes_have_the_tags_of_all_around_them(self):
        rows = {ipaddress.ip_network(row["prefix"]): row["tags"].split(";")
                for row in self.csv("prefixes")}
        def around(prefix, lengths):
            """It and all around it, as numbers."""
            number, bits = int(prefix.network_address), prefix.max_prefixlen
            for length in lengths:
                yield prefix.version, length, number >> (bits - length)

        own, lengths = {}, {}
        for tag in self.snapshot.tags:
            for prefix in tag.prefixes:
                own.setdefault(*around(prefix, [prefix.prefixlen]), set()).add(tag.name)
                lengths.setdefault(prefix.version, set()).add(prefix.prefixlen)
        self.assertEqual(len(rows), len(own))
        for prefix, names in rows.items():
            some = [length for length in lengths[prefix.version] if length <= prefix.prefixlen]
            expected = set().union(*(own.get(key, ()) for key in around(prefix, some)))
            self.assertEqual(names, sorted(expected, key=str.lower), prefix)

    def test_ranges_are_in_order_and_answer_as_lookups(self):
        before = (0, -1)
        for row in self.csv("ranges"):
            first, last = (ipaddress.ip_address(row[key]) for key in ("first", "last"))
            self.assertEqual((str(int(first)), str(int(last))),
                             (row["first_number"], row["last_number"]))
            self.assertLess(before, (int(row["family"]), int(first)))
            before = (int(row["family"]), int(last))
            for address in (first, last):
                self.assertEqual(";".join(self.names(address)), row["tags"], address)

    def test_what_is_refused(self):
        self.assertEqual([one.name for one in servicetags.data_formats()],
                         ["clickhouse", "csv", "jsonl", "kusto", "mmdb"])
        for wrong in ({"format": "xml"}, {"format": "csv", "shape": "rows"},
                      {"format": "kusto", "shape": "ranges"}, {"format": "csv", "name": "a;b"}):
            with self.assertRaises(servicetags.errors.InvalidArgumentError, msg=wrong):
                self.snapshot.export(**wrong)
        with self.assertRaises(ValueError):
            self.snapshot.export("mmdb", built=-1)


@unittest.skipIf(missing("maxminddb"), "LEFT OUT")
class MaxMindDb(Case):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.database = pathlib.Path(folder.name) / "service-tags.mmdb"
        self.database.write_bytes(self.snapshot.export("mmdb", built=1_761_600_000))

    def test_two_readers_answer_as_lookups(self):
        import maxminddb
        self.assertLessEqual(self.database.stat().st_size, 2 << 20)
        for mode in (maxminddb.MODE_MMAP_EXT, maxminddb.MODE_MEMORY):  # in C, and in Python
            with maxminddb.open_database(self.database, mode) as reader:
                metadata = reader.metadata()
                self.assertEqual((metadata.database_type, metadata.build_epoch, metadata.ip_version),
                                 ("azure-service-tags", 1_761_600_000, 6))
                self.assertIn("cloud public", metadata.description["en"])
                for address in self.addresses:
                    found = reader.get(address)
                    self.assertEqual(found["tags"] if found else [], self.names(address), address)

    def test_without_a_time(self):
        import maxminddb
        self.database.write_bytes(self.snapshot.export("mmdb"))
        with maxminddb.open_database(self.database, maxminddb.MODE_MMAP_EXT) as reader:
            self.assertEqual(reader.metadata().build_epoch, 1)
            self.assertIsNone(reader.get("0.0.0.0"))

    def test_a_record(self):
        import maxminddb
        with maxminddb.open_database(self.database) as reader:
            v4 = next(one for one in self.addresses if one.version == 4 and self.names(one))
            self.assertEqual(reader.get(f"::ffff:{v4}"), reader.get(v4))
            walked = 0
            for network, record in reader:
                tags = [self.snapshot[name] for name in record["tags"]]
                narrowest = min(tags, key=len)
                self.assertEqual(record["tag"], narrowest.name)
                self.assertEqual(record["tags_text"], ";".join(record["tags"]))
                self.assertEqual(record.get("region"), narrowest.region)
                self.assertEqual(record.get("service"), narrowest.service)
                walked += 1
                if walked % 50 == 0:
                    self.assertEqual(self.names(network[0]), record["tags"], network)
            self.assertGreaterEqual(walked, self.snapshot.info.tag_set_count)


@unittest.skipIf(missing("chdb"), "LEFT OUT")
class ClickHouse(Case):
    def test_its_dictionary_answers_as_lookups_and_is_exchanged_whole(self):
        from chdb import session
        with session.Session() as server:
            older = servicetags.load(SAMPLE)
            for snapshot in (older, self.snapshot):
                for statement in snapshot.export("clickhouse").decode("ascii").split(";\n"):
                    if statement:
                        server.query(statement)
                count = server.query("SELECT count() FROM service_tags")
                self.assertEqual(int(str(count)), snapshot.info.distinct_prefix_count)
            asked = ",".join(f"'{address}'" for address in self.addresses)
            found = str(server.query(
                "SELECT dictGet('service_tags_trie', 'tags', toIPv6(address)) "
                f"FROM (SELECT arrayJoin([{asked}]) AS address)", "TabSeparated"))
            self.assertEqual(found.split("\n")[:-1],
                             [";".join(self.names(address)) for address in self.addresses])


if __name__ == "__main__":
    unittest.main()
