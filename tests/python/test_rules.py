"""Profiles, rules, checks and differences: what the program at a shell says, from Python."""

import csv
import io
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

import servicetags

TESTS = pathlib.Path(__file__).resolve().parents[1]
SAMPLE = TESTS.parent / "examples" / "data" / "sample.json"
REAL = pathlib.Path(os.environ.get("SERVICETAGS_TEST_DATA", TESTS.parents[1] / "shared" / "data"))
PROGRAM = os.environ.get("SERVICETAGS_PROGRAM")
PROFILE = "azure-machine-learning"


def run(*arguments):
    return subprocess.run([PROGRAM, *map(str, arguments)], capture_output=True, text=True,
                          check=False)


def data_files():
    published = sorted(REAL.glob("ServiceTags_Public_*.json"))
    if not published:
        print(f"LEFT OUT: no published files in {REAL}", file=sys.stderr)
    return [SAMPLE, *published[-1:]]


class Profiles(unittest.TestCase):
    def test_a_profile_as_documented(self):
        profile = servicetags.profile("Azure-Machine-Learning")
        self.assertIn(profile.name, [one.name for one in servicetags.profiles()])
        edition = profile.editions[0]
        self.assertEqual(edition.name, "2021-11")
        self.assertIn("hbi_workspace", [one.name for one in edition.conditions])
        row = next(one for one in edition.requirements if one.tag == "Storage.{region}")
        self.assertEqual((row.direction, row.ports), ("outbound", ((443, 443),)))
        self.assertEqual(str(servicetags.PortRange(29876, 29877)), "29876-29877")
        self.assertTrue(any(line.startswith("+ ") for line in profile.diff("2021-11")))
        self.assertEqual(profile.diff("2021-11", "2021-11"), ())

    def test_a_profile_of_ones_own(self):
        template = json.loads((TESTS.parent / "src" / "rules" / "profiles" /
                               f"{PROFILE}.json").read_text("utf-8"))
        own = dict(template, profile="own")
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "own.json"
            path.write_text(json.dumps(own), "utf-8")
            self.assertEqual(servicetags.profile(path).name, "own")
            self.assertEqual(servicetags.profile(str(path)).name, "own")
            path.write_text(json.dumps(own)[:-9], "utf-8")
            with self.assertRaises(servicetags.errors.MalformedJsonError) as caught:
                servicetags.profile(path)
            self.assertIn(str(path), str(caught.exception))
            path.write_text("{}")
            with self.assertRaises(servicetags.errors.InvalidProfileError):
                servicetags.profile(path)
        with self.assertRaisesRegex(servicetags.errors.InvalidArgumentError, PROFILE):
            servicetags.profile("azure-machine-lerning")

    def test_formats_are_told(self):
        names = [one.name for one in servicetags.rule_formats()]
        self.assertEqual(names, sorted(names))
        self.assertIn("nftables", names)


class Rules(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.snapshot = servicetags.load(SAMPLE)
        cls.rules = cls.snapshot.require(PROFILE, "West US")

    def test_a_sequence_of_rules(self):
        rules = self.rules
        self.assertEqual((rules.profile, rules.region, rules.cloud), (PROFILE, "westus", "public"))
        self.assertEqual(rules.rules, tuple(rules))
        self.assertEqual(len(rules.rules), len(rules))
        self.assertEqual((rules[0], rules[-1]), (rules.rules[0], rules.rules[-1]))
        for number in (len(rules), -len(rules) - 1):
            with self.assertRaises(IndexError):
                rules[number]  # pylint: disable=pointless-statement
        rule = next(one for one in rules if one.tag == "Storage.WestUS")
        self.assertEqual((rule.direction, rule.protocol, rule.status, rule.reason),
                         ("outbound", "tcp", "resolved", None))
        self.assertEqual(rule.prefixes, self.snapshot.expand("Storage.WestUS"))
        self.assertEqual(rule.prefix_set, self.snapshot["Storage.WestUS"].prefix_set)
        self.assertIn("Storage", repr(rule))
        off = next(one for one in rules if one.status == "condition_off")
        self.assertTrue(off and not off.prefixes and off.reason and off.condition)
        self.assertIn("login.microsoftonline.com", [one.host for one in rules.hosts])
        html = rules._repr_html_()
        self.assertEqual(html.count("<tr>"), 1 + len(rules))
        self.assertIn("Storage.WestUS", html)

    def test_options(self):
        older = self.snapshot.require(PROFILE, "westus", edition="2021-11",
                                      with_=["hbi_workspace"], paired_region=True)
        self.assertEqual(older.edition, "2021-11")
        named = self.snapshot.require(PROFILE, "westus", parameters={"storage": "myaccount"})
        self.assertIn("myaccount.blob.core.windows.net", [one.host for one in named.hosts])
        self.assertEqual(self.snapshot.require(servicetags.profile(PROFILE), "westus").rules[0].tag,
                         self.rules[0].tag)
        for wrong in ({"region": "westus9"}, {"edition": "1999"}, {"with_": ["nothing"]},
                      {"parameters": {"nothing": "x"}}, {"edition": "2021-11",
                                                         "parameters": {"storage": "x"}}):
            with self.assertRaises(servicetags.errors.InvalidArgumentError, msg=wrong):
                self.snapshot.require(PROFILE, **{"region": "westus", **wrong})

    def test_narrowed(self):
        before = self.rules.write("plain")
        narrowed = self.rules.fit_each(4)
        self.assertLessEqual(max(len(rule) for rule in narrowed.rules), 4)
        self.assertEqual(narrowed.after, sum(len(rule) for rule in narrowed.rules))
        self.assertGreater(narrowed.added_v4, 0)
        for wide, rule in zip(narrowed.rules, self.rules):
            self.assertGreaterEqual(wide.prefix_set, rule.prefix_set)
        fitted = self.rules.fit_all(25)
        self.assertLessEqual(fitted.after, 25)
        same = self.rules.aggregate()
        self.assertEqual((same.added_v4, same.added_v6), (0, 0))
        self.assertEqual(self.rules.write("plain"), before)  # the rules asked are as they were
        with self.assertRaises(servicetags.errors.InvalidArgumentError):
            self.rules.fit_all(1)

    def test_written(self):
        rows = list(csv.reader(io.StringIO(self.rules.write("csv", direction="outbound"))))
        self.assertGreater(len(rows), 10)
        self.assertIn("mine", self.rules.write("nftables", name="mine"))
        for wrong in ({"format": "nothing"}, {"format": "csv", "direction": "up"},
                      {"format": "nftables", "name": "; drop"}):
            with self.assertRaises(servicetags.errors.InvalidArgumentError, msg=wrong):
                self.rules.write(**wrong)

    @unittest.skipIf(PROGRAM is None, "LEFT OUT: SERVICETAGS_PROGRAM names no program")
    def test_every_format_is_what_the_program_writes(self):
        written = 0
        for path in data_files():
            rules = servicetags.load(path).require(PROFILE, "westus", with_=["hbi_workspace"])
            for one in servicetags.rule_formats():
                ran = run("--data", path, "require", PROFILE, "--region", "westus", "--with",
                          "hbi_workspace", "--format", one.name)
                try:
                    text = rules.write(one.name)
                except servicetags.errors.NotExpressibleError:
                    self.assertEqual(ran.returncode, 6, (path, one.name))
                    continue
                self.assertEqual((ran.returncode, ran.stdout == text), (0, True), (path, one.name))
                written += 1
        self.assertGreater(written, 15)


class Checks(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.snapshot = servicetags.load(SAMPLE)
        cls.rules = cls.snapshot.require(PROFILE, "westus")

    def test_an_allow_list(self):
        needed = [prefix for rule in self.rules for prefix in rule.prefixes]
        complete = self.rules.check(needed)
        self.assertTrue(complete.is_complete)
        self.assertEqual(complete.excess, ())
        report = self.rules.check("0.0.0.0/1 tcp 443\n9.9.9.9\n")
        self.assertFalse(report.is_complete)
        self.assertEqual(report.excess[1].addresses, servicetags.PrefixSet(["9.9.9.9"]))
        self.assertEqual(report.excess[1].where, "line 2")
        gap = report.gaps[0]
        self.assertLessEqual(gap.missing, gap.rule.prefix_set)
        self.assertEqual(report._repr_html_().count("<tr>"),
                         1 + len(report.gaps) + len(report.excess))
        with self.assertRaises(servicetags.errors.InputError) as caught:
            self.rules.check(b"9.9.9.9\nnothing\n")
        self.assertEqual(caught.exception.where, "line 2")

    def test_a_flow_log(self):
        log = ("destination,port,action\n198.18.4.7,443,allow\n198.18.4.7,443,deny\n"
               "9.9.9.9,53,allow\n10.0.0.1,443,allow\n198.18.4.7,443,allow\n")
        found = {(one.kind, str(one.remote)): one for one in self.rules.check_flows(log)}
        self.assertEqual(set(found), {("explained", "198.18.4.7"), ("blocked", "198.18.4.7"),
                                      ("unexplained", "9.9.9.9"), ("internal", "10.0.0.1")})
        explained = found["explained", "198.18.4.7"]
        self.assertEqual((explained.entries, explained.denied), (2, False))
        self.assertEqual(explained.rules, self.rules.rules_for("198.18.4.7", 443))

    def test_rules_for_a_flow(self):
        self.assertEqual([one.tag for one in self.rules.rules_for("198.18.4.7", 443)],
                         ["Storage.WestUS"])
        self.assertEqual(self.rules.rules_for("198.18.4.7", 443, protocol="udp"), ())
        self.assertEqual(self.rules.rules_for("198.18.4.7", direction="inbound"), ())
        with self.assertRaises(servicetags.errors.InvalidArgumentError):
            self.rules.rules_for("198.18.4.7", protocol="icmp")

    def test_explain(self):
        told = self.snapshot.explain("198.18.4.7:443", rules=self.rules)
        self.assertEqual((str(told.address), told.port), ("198.18.4.7", 443))
        self.assertIs(told.matches, self.snapshot.lookup("198.18.4.7"))
        self.assertEqual([one.tag for one in told.rules], ["Storage.WestUS"])
        self.assertIn("198.18.4.7 is in Storage.WestUS by 198.18.4.0/24", str(told))
        self.assertIn("serves outbound tcp 443", str(told))
        nothing = self.snapshot.explain("[2001:db8:ffff::1]:443", rules=self.rules)
        self.assertEqual((nothing.matches, nothing.rules), ((), ()))
        self.assertIn("no rule asks for it", str(nothing))
        self.assertIsNone(self.snapshot.explain(0x09090909).rules)
        with self.assertRaises(servicetags.errors.InvalidArgumentError):
            self.snapshot.explain("198.18.4.7:http")
        if PROGRAM is not None:
            ran = run("--data", SAMPLE, "explain", "198.18.4.7:443", "--profile", PROFILE,
                      "--region", "westus")
            self.assertEqual(ran.stdout.splitlines(), str(told).splitlines())

    def test_overlaps(self):
        by_tag = {one.tag.name: one for one in self.snapshot.overlaps("198.18.4.0-198.18.5.255")}
        self.assertEqual(by_tag["AzureCloud.westus"].relation, "contains")
        self.assertEqual(self.snapshot.overlaps("9.9.9.9"), ())


class Differences(unittest.TestCase):
    def changed(self):
        data = json.loads(SAMPLE.read_text("utf-8"))
        for value in data["values"]:
            if value["name"] == "Storage.WestUS":
                value["properties"]["addressPrefixes"].remove("198.18.4.0/24")
                value["properties"]["addressPrefixes"].append("198.18.6.0/24")
        data["values"] = [one for one in data["values"] if one["name"] != "AzureMonitor"]
        return servicetags.parse(json.dumps(data))

    def test_of_snapshots(self):
        before, after = servicetags.load(SAMPLE), self.changed()
        self.assertTrue(servicetags.diff(before, before).empty)
        found = servicetags.diff(before, after)
        self.assertFalse(found.empty)
        self.assertEqual([one.tag for one in found.removed], ["AzureMonitor"])
        change = next(one for one in found.changed if one.tag == "Storage.WestUS")
        self.assertEqual(([str(one) for one in change.added], [str(one) for one in change.removed]),
                         (["198.18.6.0/24"], ["198.18.4.0/24"]))
        self.assertIn("Storage.WestUS", found._repr_html_())
        self.assertIn("public", before._repr_html_())

    def test_of_rules(self):
        before = servicetags.load(SAMPLE).require(PROFILE, "westus")
        after = self.changed().require(PROFILE, "westus")
        changes = {one.rule.requested: one for one in servicetags.diff_rules(before, after)}
        self.assertEqual(set(changes), {"Storage.westus", "AzureMonitor"})
        self.assertEqual(changes["Storage.westus"].added, servicetags.PrefixSet(["198.18.6.0/24"]))
        self.assertEqual(servicetags.diff_rules(before, before), ())

    def test_of_every_two_published_files(self):
        files = sorted(REAL.glob("ServiceTags_Public_*.json"))
        if len(files) < 2:
            print(f"LEFT OUT: no two published files in {REAL}", file=sys.stderr)
            return
        snapshots = [servicetags.load(path) for path in files]
        for before, after in zip(snapshots, snapshots[1:]):
            found = servicetags.diff(before, after)
            old, new = set(before), set(after)
            self.assertEqual({one.tag for one in found.added}, new - old)
            self.assertEqual({one.tag for one in found.removed}, old - new)
            changed = {one.tag: one for one in found.changed}
            for name in old & new:
                was, now = set(before[name].prefixes), set(after[name].prefixes)
                one = changed.get(name)
                self.assertEqual((set(one.added), set(one.removed)) if one else (set(), set()),
                                 (now - was, was - now), name)


if __name__ == "__main__":
    unittest.main()
