"""The Python package as its users see it, installed and run from another folder."""

import array
import copy
import doctest
import ipaddress
import json
import os
import pathlib
import pickle
import random
import re
import sys
import threading
import unittest

import servicetags

TESTS = pathlib.Path(__file__).resolve().parents[1]
SAMPLE = TESTS.parent / "examples" / "data" / "sample.json"
REAL = pathlib.Path(os.environ.get("SERVICETAGS_TEST_DATA", TESTS.parents[1] / "shared" / "data"))
try:
    import numpy
except ImportError:
    numpy = None


class Oracle:
    """The same answers from the file itself, with `ipaddress` alone: every length is tried."""

    def __init__(self, path):
        self.tags = {}
        self.holders = {}
        for value in json.loads(path.read_text(encoding="utf-8-sig"))["values"]:
            networks = map(ipaddress.ip_network, value["properties"]["addressPrefixes"])
            self.tags[value["name"]] = sorted(set(networks), key=lambda n: (n.version, n))
            for network in self.tags[value["name"]]:
                key = (network.version, network.prefixlen, int(network.network_address))
                self.holders.setdefault(key, []).append(value["name"])
        self.lengths = {v: sorted({key[1] for key in self.holders if key[0] == v}, reverse=True)
                        for v in (4, 6)}

    def lookup(self, address):
        found = {}
        for length in self.lengths[address.version]:
            shift = address.max_prefixlen - length
            key = (address.version, length, int(address) >> shift << shift)
            for name in sorted(self.holders.get(key, ()), key=str.lower):
                found.setdefault(name, ipaddress.ip_network((key[2], length)) if address.version == 4
                                 else ipaddress.IPv6Network((key[2], length)))
        return list(found.items())

    def edges(self, random_, count):
        names = list(self.tags)
        for _ in range(count):
            networks = self.tags[random_.choice(names)]
            if not networks:
                continue
            network = random_.choice(networks)
            for number in (network[0], network[-1]):
                yield number
                for step in (-1, 1):
                    try:
                        yield number + step
                    except ipaddress.AddressValueError:
                        pass


def answer(matches):
    return [(match.tag.name, match.prefix) for match in matches]


class Lookup(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.snapshot = servicetags.load(SAMPLE)

    def test_every_form_of_an_address_gives_one_answer(self):
        for text in ("198.18.4.7", "2001:db8:100:200::5"):
            address = ipaddress.ip_address(text)
            expected = self.snapshot.lookup(text)
            self.assertTrue(expected)
            for form in (address, int(address), address.packed):
                self.assertIs(self.snapshot.lookup(form), expected)
        self.assertIs(self.snapshot.lookup("::ffff:198.18.4.7"), self.snapshot.lookup("198.18.4.7"))
        self.assertEqual(self.snapshot.lookup("9.9.9.9"), ())

    def test_matches_are_typed(self):
        match = self.snapshot.lookup("198.18.4.7")[0]
        self.assertIsInstance(match, servicetags.Match)
        self.assertIsInstance(match.tag, servicetags.Tag)
        self.assertIsInstance(match.prefix, ipaddress.IPv4Network)
        self.assertIn(match.prefix, match.tag.prefixes)
        self.assertIn("198.18.4.7", match.tag)
        self.assertNotIn("9.9.9.9", match.tag)
        self.assertIn(match.prefix, match.tag)

    def test_what_is_no_address(self):
        for wrong in ("1.2.3", "", b"123", -1, 1 << 128, ipaddress.ip_address("fe80::1%eth0")):
            with self.assertRaises(servicetags.errors.InvalidAddressError, msg=wrong):
                self.snapshot.lookup(wrong)
        for wrong in (None, 1.5, True, ["1.2.3.4"], object()):
            with self.assertRaises(TypeError, msg=wrong):
                self.snapshot.lookup(wrong)
        with self.assertRaises(UnicodeEncodeError):
            self.snapshot.lookup("\ud800")

    def test_the_shared_table_of_spellings(self):
        def unescape(text):
            text = text.replace("\\t", "\t").replace("\\n", "\n").replace("\\r", "\r")
            text = text.replace("\\\\", "\\")
            return re.sub(rb"\\x([0-9a-fA-F]{2})", lambda m: bytes([int(m[1], 16)]), text.encode())

        table = (TESTS / "data" / "address_spellings.csv").read_text("ascii").splitlines()
        rows = [line.split(",") for line in table if line and line[0] != "#"][1:]
        asked = 0
        everything = servicetags.parse(json.dumps([{
            "name": "All", "id": "All", "properties": {
                "region": "", "addressPrefixes": ["0.0.0.0/0", "::/0"]}}]))
        for text, kind, verdict, canonical, code in rows:
            try:
                text = unescape(text).decode()
            except UnicodeDecodeError:
                continue  # no str can be that
            if kind == "range":
                continue
            ask = (lambda: everything.lookup(text)) if kind == "address" else (
                lambda: text in everything["All"])
            asked += 1
            if verdict == "ok":
                self.assertTrue(ask(), text)
            else:
                with self.assertRaises(servicetags.errors.InputError, msg=text) as caught:
                    ask()
                self.assertEqual(caught.exception.code, code, text)
        self.assertGreater(asked, 300)


class Names(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.snapshot = servicetags.load(SAMPLE, cloud="public")

    def test_a_mapping_of_tags(self):
        snapshot = self.snapshot
        self.assertEqual(len(snapshot), snapshot.info.tag_count)
        self.assertEqual(list(snapshot), [tag.name for tag in snapshot.tags])
        self.assertIn("storage.westus", snapshot)
        self.assertEqual(snapshot["storage.westus"].name, "Storage.WestUS")
        self.assertIs(snapshot["Storage.WestUS"], snapshot.find_tag("STORAGE.WESTUS"))
        self.assertNotIn("Nothing", snapshot)
        self.assertNotIn(7, snapshot)
        for name, code, text in (("Storge", "unknown_tag", "did you mean Storage?"),
                                 ("KeyVault", "renamed", "AzureKeyVault"),
                                 ("VirtualNetwork", "not_published", "VirtualNetwork")):
            with self.assertRaises(KeyError) as caught:
                snapshot[name]
            self.assertIsInstance(caught.exception, servicetags.errors.UnresolvedTagError)
            self.assertIn(text, str(caught.exception))
            for error in (caught.exception, pickle.loads(pickle.dumps(caught.exception))):
                self.assertEqual((error.code, error.resolution.requested), (code, name))
        self.assertIsNone(snapshot.find_tag("Nothing"))
        self.assertIn("public", repr(snapshot))

    def test_a_tag(self):
        tag = self.snapshot["Storage.WestUS"]
        self.assertEqual((tag.region, tag.service), ("westus", "AzureStorage"))
        self.assertEqual(len(tag), len(tag.prefixes))
        self.assertEqual(tag, servicetags.load(SAMPLE)["Storage.WestUS"])
        self.assertEqual(hash(tag), hash(servicetags.load(SAMPLE)["Storage.WestUS"]))
        self.assertNotEqual(tag, self.snapshot["AzureCloud.westus"])
        self.assertIn("Storage.WestUS", repr(tag))
        self.assertIsNone(self.snapshot["AzureCloud"].region)

    def test_expand(self):
        expanded = self.snapshot.expand("Storage", region="West US")
        self.assertEqual([str(prefix) for prefix in expanded],
                         ["198.18.4.0/24", "198.18.5.24/29", "2001:db8:100:200::/56"])
        self.assertEqual(self.snapshot.expand("Storage.WestUS", family=6), expanded[2:])
        for region, code in (("", "unknown_tag"), ("westus", "unknown_tag")):
            with self.assertRaisesRegex(KeyError, "Storge") as caught:
                self.snapshot.expand("Storge", region)
            self.assertEqual(caught.exception.code, code)
        with self.assertRaises(servicetags.errors.UnresolvedTagError) as caught:
            self.snapshot.expand("Storage", "atlantis")
        self.assertEqual(caught.exception.code, "unknown_region")
        with self.assertRaises(ValueError):
            self.snapshot.expand("Storage.WestUS", family=5)

    def test_resolve(self):
        found = self.snapshot.resolve("KeyVault", "francecentral")
        self.assertEqual((found.tag.name, found.how), ("AzureKeyVault.FranceCentral", "regional"))
        missing = self.snapshot.resolve("VirtualNetwork")
        self.assertEqual((missing.tag, missing.how), (None, "not_published"))
        self.assertTrue(missing.message)

    def test_regions(self):
        by_name = {region.name: region for region in self.snapshot.regions}
        self.assertEqual(by_name["francecentral"].published, "centralfrance")
        for spelling in ("France Central", "centralfrance", "francecentral"):
            self.assertEqual(self.snapshot.find_region(spelling), by_name["francecentral"])
        self.assertIsNone(self.snapshot.find_region("atlantis"))

    def test_find_tags(self):
        def names(*arguments, **options):
            return [tag.name for tag in self.snapshot.find_tags(*arguments, **options)]

        self.assertEqual(names(), list(self.snapshot))
        self.assertEqual(names("STORAGE.w*"), [name for name in self.snapshot
                                               if name.startswith("Storage.W")])
        in_region = names("storage", region="West US")
        self.assertEqual(in_region, ["Storage.WestUS"])
        self.assertEqual(names(service="AzureStorage", region="westus"), in_region)
        self.assertEqual(names(feature="nsg"), [tag.name for tag in self.snapshot.tags
                                                if "NSG" in (tag.features or ())])
        self.assertEqual(names("nothing"), [])
        with self.assertRaises(servicetags.errors.InvalidArgumentError):
            names(region="atlantis")

    def test_tables_in_a_notebook(self):
        snapshot = self.snapshot
        html = snapshot.find_tags("storage.w*")._repr_html_()
        self.assertIn("<td>Storage.WestUS</td><td>westus</td>", html)
        self.assertIn("<th>prefixes</th>", html)
        html = snapshot.lookup("198.18.4.7")._repr_html_()
        self.assertIn("<td>Storage.WestUS</td><td>198.18.4.0/24</td>", html)
        self.assertIn("centralfrance", snapshot.regions._repr_html_())
        self.assertIn("nothing", snapshot.lookup("9.9.9.9")._repr_html_())
        many = servicetags.Table(snapshot.tags[:1] * 300)
        self.assertEqual(many._repr_html_().count("<tr>"), 101)
        self.assertIn("Tag: 300 rows, the first 100", many._repr_html_())
        self.assertIn("&lt;b&gt;", servicetags.Table([servicetags.PortRange("<b>", 1)])._repr_html_())

    def test_copies_and_pickles_answer_alike(self):
        for other in (pickle.loads(pickle.dumps(self.snapshot)), copy.copy(self.snapshot)):
            self.assertEqual(other.info, self.snapshot.info)
            self.assertEqual(answer(other.lookup("198.18.4.7")),
                             answer(self.snapshot.lookup("198.18.4.7")))


class Batches(unittest.TestCase):
    ADDRESSES = ("198.18.4.7", "9.9.9.9", "2001:db8:100:200::5", "::1")

    @classmethod
    def setUpClass(cls):
        cls.snapshot = servicetags.load(SAMPLE)

    def names(self, numbers):
        return [{tag.name for tag in self.snapshot.tag_set(number)} for number in numbers]

    def expected(self, addresses):
        return [{match.tag.name for match in self.snapshot.lookup(one)} for one in addresses]

    def test_a_sequence(self):
        numbers = self.snapshot.tag_sets(self.ADDRESSES)
        self.assertIsInstance(numbers, memoryview)
        self.assertEqual(self.names(numbers), self.expected(self.ADDRESSES))
        self.assertEqual(len(self.snapshot.tag_sets([])), 0)

    def test_bad_rows(self):
        rows = ["198.18.4.7", None, "x"]
        with self.assertRaises(servicetags.errors.InvalidAddressError) as caught:
            self.snapshot.tag_sets(["198.18.4.7", "x"])
        self.assertEqual(caught.exception.where, "address 1")
        self.assertEqual(self.snapshot.tag_sets([None])[0], servicetags.NO_SET)
        numbers = self.snapshot.tag_sets(rows, policy="null")
        self.assertEqual(list(numbers)[1:], [servicetags.NO_SET] * 2)
        numbers, bad = self.snapshot.tag_sets(rows, policy="mask")
        self.assertEqual(list(numbers)[1:], [servicetags.NO_SET] * 2)
        self.assertEqual(list(bad), [False, False, True])
        self.assertEqual(self.snapshot.annotate(rows, policy="null")[1:], [None, None])
        with self.assertRaises(ValueError):
            self.snapshot.tag_sets(rows, policy="skip")
        with self.assertRaises(TypeError):
            self.snapshot.tag_sets("198.18.4.7")
        with self.assertRaises(IndexError):
            self.snapshot.tag_set(servicetags.NO_SET)

    def test_packed_bytes(self):
        addresses = [ipaddress.ip_address(one) for one in self.ADDRESSES]
        v4 = b"".join(one.packed for one in addresses[:2])
        v6 = b"".join(one.packed for one in addresses[2:])
        numbers = array.array("I", [int(one) for one in addresses[:2]])
        for given, expected in ((memoryview(v4).cast("B", (2, 4)), addresses[:2]),
                                (memoryview(v6).cast("B", (2, 16)), addresses[2:]),
                                (memoryview(numbers), addresses[:2]), (numbers, addresses[:2])):
            self.assertEqual(self.names(self.snapshot.tag_sets(given)), self.expected(expected))
        self.assertEqual(self.snapshot.annotate(memoryview(numbers), form="dictionary"),
                         self.snapshot.annotate(addresses[:2], form="dictionary"))
        for wrong in (memoryview(v4), memoryview(v4).cast("B", (1, 8)),
                      memoryview(v4).cast("i")):
            with self.assertRaises(TypeError):
                self.snapshot.tag_sets(wrong)

    @unittest.skipIf(numpy is None, "LEFT OUT: NumPy is not there")
    def test_arrays(self):
        addresses = [ipaddress.ip_address(one) for one in self.ADDRESSES]
        v4 = numpy.array([int(one) for one in addresses[:2]], dtype=numpy.uint32)
        v6 = numpy.array([list(one.packed) for one in addresses[2:]], dtype=numpy.uint8)
        self.assertEqual(self.names(self.snapshot.tag_sets(v4)), self.expected(addresses[:2]))
        self.assertEqual(self.names(self.snapshot.tag_sets(v6)), self.expected(addresses[2:]))
        many = numpy.resize(v4, 3001)  # several blocks of bytes
        packed = many.astype(">u4").view(numpy.uint8).reshape(-1, 4)
        self.assertEqual(list(self.snapshot.tag_sets(packed)), list(self.snapshot.tag_sets(many)))
        self.assertEqual(numpy.asarray(self.snapshot.tag_sets(v4)).dtype, numpy.uint32)
        self.assertEqual(list(self.snapshot.tag_sets(v4[::-1])), list(self.snapshot.tag_sets(v4))[::-1])
        for wider in ("int64", "uint64", ">u4", ">i8"):
            numbers = self.snapshot.tag_sets(v4.astype(wider))
            self.assertEqual(list(numbers), list(self.snapshot.tag_sets(v4)), wider)
        rows = numpy.array([v4[0], -1, 1 << 32, v4[1]])
        with self.assertRaisesRegex(servicetags.errors.InvalidAddressError, "-1") as caught:
            self.snapshot.tag_sets(rows)
        self.assertEqual(caught.exception.where, "address 1")
        numbers, bad = self.snapshot.tag_sets(rows, policy="mask")
        self.assertEqual(bad.tolist(), [False, True, True, False])
        self.assertEqual([number == servicetags.NO_SET for number in numbers], bad.tolist())
        self.assertEqual(self.names([numbers[0], numbers[3]]), self.expected(addresses[:2]))
        self.assertEqual(self.snapshot.annotate(rows, policy="null")[1:3], [None, None])
        for wrong in (v4.astype(numpy.int32), v4.astype(float), v6[:, :8], v4.reshape(1, 2)):
            with self.assertRaises(TypeError):
                self.snapshot.tag_sets(wrong)


class Threads(unittest.TestCase):
    def test_many_ask_one(self):
        snapshot = servicetags.load(SAMPLE)
        addresses = [str(prefix[0]) for tag in snapshot.tags for prefix in tag.prefixes]
        expected = [answer(servicetags.load(SAMPLE).lookup(one)) for one in addresses]
        wrong = []

        def ask():
            for _ in range(20):
                if [answer(snapshot.lookup(one)) for one in addresses] != expected:
                    wrong.append(1)

        threads = [threading.Thread(target=ask) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(wrong, [])


class Memory(unittest.TestCase):
    def test_flat_over_repeated_loads(self):
        def resident():
            fields = pathlib.Path("/proc/self/statm").read_text().split()
            return int(fields[1]) * os.sysconf("SC_PAGE_SIZE")

        def use():
            snapshot = servicetags.load(SAMPLE)
            for tag in snapshot.tags:
                for prefix in tag.prefixes:
                    snapshot.lookup(prefix[0])

        for _ in range(50):
            use()
        before = resident()
        for _ in range(300):
            use()
        self.assertLess(resident() - before, 4 << 20)


class RealFiles(unittest.TestCase):
    def test_agreement_with_the_oracle(self):
        files = sorted(REAL.glob("ServiceTags_*.json"))
        if not files:
            print(f"LEFT OUT: no published files in {REAL}", file=sys.stderr)
            return
        seed = 20261124
        random_ = random.Random(seed)
        asked = 0
        for path in files:
            snapshot, oracle = servicetags.load(path), Oracle(path)
            self.assertEqual({tag.name for tag in snapshot.tags}, set(oracle.tags))
            for tag in snapshot.tags:
                self.assertEqual(len(tag), len(oracle.tags[tag.name]), tag.name)
            for address in oracle.edges(random_, 2000):
                mapped = getattr(address, "ipv4_mapped", None)
                expected = oracle.lookup(mapped or address)
                self.assertEqual(answer(snapshot.lookup(address)), expected, (path.name, address))
                asked += 1
        print(f"{asked} addresses of {len(files)} published files, seed {seed}", file=sys.stderr)
        self.assertGreater(asked, 20_000)


def load_tests(_loader, tests, _pattern):
    for module in (servicetags, servicetags._core, servicetags._profiles):
        tests.addTests(doctest.DocTestSuite(module))
    return tests


if __name__ == "__main__":
    unittest.main()
