"""The program as its users run it: every command, format and exit code.

SERVICETAGS_PROGRAM names the program; SERVICETAGS_TEST_DATA the folder of published files."""

import csv
import io
import ipaddress
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ["SERVICETAGS_PROGRAM"]
SAMPLE = str(ROOT / "examples" / "data" / "sample.json")
CHINA = str(ROOT / "examples" / "data" / "sample_china.json")
FORMATS = ("table", "json", "jsonl", "csv", "tsv", "plain")
REAL = pathlib.Path(os.environ.get("SERVICETAGS_TEST_DATA", "../shared/data"))


def run(*args, data=SAMPLE, stdin=None, env=None):
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "C", "HOME": "/nonexistent"}
    environment.update(env or {})
    command = [PROGRAM] + (["--data", data] if data else []) + list(args)
    return subprocess.run(command, input=stdin, capture_output=True, env=environment, timeout=60)


def out(*args, code=0, **options):
    done = run(*args, **options)
    if done.returncode != code:
        raise AssertionError(f"{args}: exit {done.returncode}, not {code}\n{done.stderr.decode()}")
    return done.stdout.decode()


def err(*args, code, **options):
    done = run(*args, **options)
    if done.returncode != code:
        raise AssertionError(f"{args}: exit {done.returncode}, not {code}\n{done.stderr.decode()}")
    return done.stderr.decode()


class Lookup(unittest.TestCase):
    def test_one_json_line_has_just_the_agreed_fields(self):
        self.assertEqual(json.loads(out("lookup", "192.0.2.40", "-o", "jsonl")), {
            "query": "192.0.2.40", "matches": [
                {"tag": "AzureActiveDirectory", "prefix": "192.0.2.0/26", "region": "",
                 "service": "AzureAD", "change_number": 4}]})

    def test_most_specific_prefix_first_then_name(self):
        matches = json.loads(out("lookup", "198.18.4.1", "-o", "jsonl"))["matches"]
        self.assertEqual([m["tag"] for m in matches],
                         ["Storage", "Storage.WestUS", "AzureCloud", "AzureCloud.westus"])

    def test_a_prefix_says_how_each_tag_stands_to_it(self):
        matches = json.loads(out("lookup", "198.18.0.0/18", "-o", "jsonl"))["matches"]
        relations = {m["tag"]: m["relation"] for m in matches}
        self.assertEqual(relations["AzureCloud.westus"], "contains")
        self.assertEqual(relations["Storage"], "overlaps")
        self.assertEqual(relations["MicrosoftContainerRegistry.WestUS"], "overlaps")

    def test_nothing_found_and_bad_input_are_told_apart(self):
        self.assertEqual(out("lookup", "8.8.8.8", "-o", "jsonl", code=1),
                         '{"query":"8.8.8.8","matches":[]}\n')
        text = out("lookup", "8.8.8.8", "1.2.3.999", "192.0.2.1", "-o", "jsonl", code=2)
        lines = [json.loads(line) for line in text.splitlines()]
        self.assertEqual(len(lines), 3)
        self.assertEqual(lines[1]["error"]["code"], "invalid_address")
        self.assertEqual(len(lines[2]["matches"]), 2)

    def test_what_looks_like_a_number_is_never_a_host(self):
        for text in ("1.2.3.999", "010.1.2.3", "0x7f.1", "0x0d423c77", "222444663", "127.1"):
            done = run("lookup", text, "-o", "jsonl")
            self.assertEqual(done.returncode, 2, text)
            self.assertEqual(json.loads(done.stdout)["error"]["code"], "invalid_address", text)

    def test_host_names_are_looked_up(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "local.json")
            with open(path, "w") as file:
                json.dump([{"name": "Local", "properties":
                            {"addressPrefixes": ["127.0.0.0/8", "::1/128"]}}], file)
            answer = json.loads(out("lookup", "localhost", "-o", "jsonl", data=path))
            self.assertIn(answer["addresses"][0], ("127.0.0.1", "::1"))
            self.assertEqual(answer["matches"][0]["tag"], "Local")
            self.assertEqual(answer["matches"][0]["address"], answer["addresses"][0])
        self.assertIn("no address for host", err("lookup", "no-such-host.invalid", code=2))
        self.assertIn("use 'servicetags expand Storage'", err("lookup", "storage", code=2))

    def test_standard_input_is_read_line_by_line(self):
        stdin = b"# comment\n\n 192.0.2.40 \r\n198.18.4.1\nnonsense/8\n8.8.8.8"
        text = out("lookup", "-", "-o", "jsonl", stdin=stdin, code=2)
        self.assertEqual([json.loads(line)["query"] for line in text.splitlines()],
                         ["192.0.2.40", "198.18.4.1", "nonsense/8", "8.8.8.8"])

    def test_every_format_holds_every_query(self):
        queries = ("192.0.2.40", "8.8.8.8", "198.18.4.0/24")
        rows = list(csv.DictReader(io.StringIO(out("lookup", *queries, "-o", "csv"))))
        self.assertEqual({row["query"] for row in rows}, set(queries))
        self.assertEqual([row["tag"] for row in rows if row["query"] == "8.8.8.8"], [""])
        self.assertEqual(len(out("lookup", *queries, "-o", "tsv").splitlines()), len(rows) + 1)
        self.assertEqual(len(json.loads(out("lookup", *queries, "-o", "json"))), 3)
        self.assertIn("8.8.8.8: in no service tag", out("lookup", *queries))
        self.assertIn("192.0.2.40 AzureActiveDirectory 192.0.2.0/26\n",
                      out("lookup", *queries, "-o", "plain"))

    def test_hostile_queries_are_echoed_safely(self):
        for query in ('a"b', "a\tb", "\x1b[31m", "a,b", "=1+1", "a\nb", "\u00e9", "%s%n"):
            line = out("lookup", query, "-o", "jsonl", code=2)
            self.assertEqual(json.loads(line)["query"], query)
            self.assertEqual(line.count("\n"), 1)
            self.assertNotIn("\x1b", err("lookup", query, code=2))
        done = run("lookup", "-", "-o", "jsonl", stdin=b"\xff\xfe\n")
        self.assertEqual(json.loads(done.stdout)["query"], "\ufffd\ufffd")

    def test_the_shared_table_of_spellings_gives_the_same_verdicts(self):
        def unescape(text):
            text = text.replace("\\t", "\t").replace("\\n", "\n").replace("\\r", "\r")
            return re.sub(rb"\\x([0-9a-fA-F]{2})", lambda m: bytes([int(m[1], 16)]), text.encode())

        ran = left_out = 0
        with open(ROOT / "tests" / "data" / "address_spellings.csv", encoding="ascii") as file:
            lines = [line.rstrip("\n") for line in file if line[0] not in "#\n"]
        self.assertEqual(lines[0], "text,kind,verdict,canonical,code")
        by_verdict = {"ok": [], "error": []}
        for line in lines[1:]:
            text, kind, verdict, _canonical, code = line.split(",")
            query = unescape(text)
            # What a line or a command line cannot carry, and bare words, which are hosts.
            plain = query.strip() == query and not re.search(rb"[\x00\r\n]", query)
            host = re.fullmatch(rb"[A-Za-z0-9.-]+", query) and verdict == "error"
            if not query or not plain or host or query.startswith((b"#", b"-")):
                left_out += 1
                continue
            if kind == "address" and verdict == "error" and b"/" in query:
                left_out += 1  # as a query it may well be a prefix
                continue
            if kind != "range" and verdict == "error" and b"-" in query:
                left_out += 1
                continue
            by_verdict[verdict].append((query, code))
            ran += 1
        for verdict, rows in by_verdict.items():
            stdin = b"\n".join(query for query, _ in rows)
            answers = run("lookup", "-", "-o", "jsonl", stdin=stdin).stdout.splitlines()
            self.assertEqual(len(answers), len(rows))
            for (query, code), answer in zip(rows, answers):
                answer = json.loads(answer)
                self.assertEqual("error" in answer, verdict == "error", (query, answer))
                if verdict == "error" and code:
                    self.assertEqual(answer["error"]["code"], code, query)
        print(f"{ran} spellings, {left_out} left out that a query cannot be", file=sys.stderr)
        self.assertGreater(ran, 200)


class Expand(unittest.TestCase):
    def test_one_prefix_a_line(self):
        self.assertEqual(out("expand", "Storage.WestUS"),
                         "198.18.4.0/24\n198.18.5.24/29\n2001:db8:100:200::/56\n")

    def test_regions_and_names_in_any_spelling(self):
        expected = out("expand", "Storage.FranceCentral")
        for region in ("francecentral", "centralfrance", "France Central", "FRANCE-CENTRAL"):
            self.assertEqual(out("expand", "Storage", "--region", region), expected)
        self.assertEqual(out("expand", "KeyVault.westeurope"),
                         out("expand", "AzureKeyVault", "--region", "westeurope"))
        self.assertEqual(out("expand", "AzureFrontDoor.FrontEnd"),
                         out("expand", "AzureFrontDoor.Frontend"))
        self.assertIn("is published as AzureKeyVault.WestEurope",
                      err("expand", "KeyVault.westeurope", code=0))

    def test_what_cannot_be_expanded_says_why(self):
        self.assertIn("your own virtual network", err("expand", "VirtualNetwork", code=1))
        self.assertIn("no region 'atlantis'", err("expand", "Storage", "--region", "atlantis",
                                                  code=1))
        self.assertIn("did you mean Storage?", err("expand", "Storag", code=1))
        self.assertIn("the global tag AzureActiveDirectory is",
                      err("expand", "AzureActiveDirectory", "--region", "westus", code=1))
        self.assertIn("no IPv6 prefixes",
                      err("expand", "AzureMonitor.Core", "--family", "6", code=1))
        self.assertEqual(out("expand", "Nonsense", "AzureMonitor.Core", code=1),
                         "203.0.113.128/28\n")

    def test_json_has_just_the_agreed_fields(self):
        self.assertEqual(json.loads(out("expand", "Storage", "--region", "westus", "-o", "json")), {
            "tag": "Storage.WestUS", "requested": "Storage", "region": "westus",
            "prefixes": ["198.18.4.0/24", "198.18.5.24/29", "2001:db8:100:200::/56"]})
        several = json.loads(out("expand", "Storage.WestUS", "AzureMonitor.Core", "-o", "json"))
        self.assertEqual([item["tag"] for item in several], ["Storage.WestUS", "AzureMonitor.Core"])

    def test_family_aggregate_and_fit(self):
        self.assertEqual(out("expand", "Storage.WestUS", "--family", "6"),
                         "2001:db8:100:200::/56\n")
        self.assertEqual(out("expand", "AzureCloud", "--aggregate", "--family", "4"),
                         "198.18.0.0/17\n198.18.128.0/18\n")
        done = run("expand", "AzureCloud", "--family", "4", "--fit", "1", "-o", "json")
        answer = json.loads(done.stdout)
        self.assertEqual(answer["prefixes"], ["198.18.0.0/16"])
        self.assertEqual(answer["added"], {"v4": str(2 ** 14), "v6": "0"})
        self.assertIn(b"adding 16384 IPv4", done.stderr)
        self.assertEqual(run("expand", "AzureCloud", "--fit", "1").returncode, 2)

    def test_real_tags_equal_the_file(self):
        paths = sorted(REAL.glob("ServiceTags_*.json"))
        if not paths:
            self.skipTest(f"LEFT OUT: no published files in {REAL}")
        tags = 0
        for path in paths:
            values = {v["name"]: {ipaddress.ip_network(p) for p in v["properties"]["addressPrefixes"]}
                      for v in json.loads(path.read_text())["values"]}
            # A tag without prefixes is told, with exit code 1.
            done = run("expand", *values, "-o", "jsonl", data=str(path))
            self.assertEqual(done.returncode, 0 if all(values.values()) else 1)
            got = {}
            for line in done.stdout.splitlines():
                answer = json.loads(line)
                got[answer["tag"]] = {ipaddress.ip_network(p) for p in answer["prefixes"]}
            self.assertEqual(got, {name: nets for name, nets in values.items() if nets})
            tags += len(values)
            whole = [ipaddress.ip_network(p) for p in
                     out("expand", "AzureCloud", "--aggregate", data=str(path)).split()]
            expected = []
            for version in (4, 6):
                nets = [n for n in values["AzureCloud"] if n.version == version]
                expected += list(ipaddress.collapse_addresses(nets))
            self.assertEqual(whole, expected)
        print(f"{len(paths)} files, {tags} tags equal", file=sys.stderr)


class Listings(unittest.TestCase):
    def test_tags(self):
        self.assertEqual(out("tags", "keyvault", "-o", "plain").split(),
                         ["AzureKeyVault", "AzureKeyVault.FranceCentral",
                          "AzureKeyVault.WestEurope", "AzureKeyVault.WestUS"])
        self.assertEqual(out("tags", "--region", "West US", "--service", "AzureStorage", "-o",
                             "plain"), "Storage.WestUS\n")
        row = next(csv.DictReader(io.StringIO(out("tags", "Storage.WestUS", "-o", "csv"))))
        self.assertEqual(row["features"], "API;NSG;UDR;FW")
        self.assertEqual((row["prefixes_v4"], row["prefixes_v6"]), ("2", "1"))
        self.assertIn("no region", err("tags", "--region", "atlantis", code=1))
        err("tags", "nothing", code=1)

    def test_regions(self):
        regions = json.loads(out("regions", "-o", "json"))
        self.assertEqual([r["name"] for r in regions], ["francecentral", "westeurope", "westus"])
        self.assertEqual(regions[0]["published"], "centralfrance")
        self.assertEqual(regions[0]["display"], "France Central")

    def test_info(self):
        info = json.loads(out("info", "-o", "json"))
        self.assertEqual((info["cloud"], info["change_number"], info["tags"]), ("public", 1001, 39))
        self.assertEqual(info["published"], None)
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "ServiceTags_Public_20251028.json")
            shutil.copy(SAMPLE, path)
            self.assertEqual(json.loads(out("info", "-o", "json", data=path))["published"],
                             "2025-10-28")


class Diff(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        document = json.loads(pathlib.Path(SAMPLE).read_text())
        document["changeNumber"] += 1
        values = document["values"]
        storage = next(v for v in values if v["name"] == "Storage.WestUS")["properties"]
        storage["addressPrefixes"][0] = "198.18.9.0/24"
        storage["networkFeatures"] = None
        values.remove(next(v for v in values if v["name"] == "AzureMonitor.Core"))
        self.new = os.path.join(self.folder.name, "new.json")
        with open(self.new, "w") as file:
            json.dump(document, file)

    def tearDown(self):
        self.folder.cleanup()

    def test_json_and_lines(self):
        changes = json.loads(out("diff", SAMPLE, self.new, "-o", "json", data=None))
        self.assertEqual(changes["added"], [])
        self.assertEqual([c["tag"] for c in changes["removed"]], ["AzureMonitor.Core"])
        self.assertEqual(changes["changed"], [{
            "tag": "Storage.WestUS", "added": ["198.18.9.0/24"], "removed": ["198.18.4.0/24"],
            "fields": [{"field": "features", "before": "API;FW;NSG;UDR", "after": ""}]}])
        self.assertEqual(changes["after"]["change_number"], 1002)
        self.assertEqual(out("diff", SAMPLE, self.new, "--tag", "storage.westus", "-o", "plain",
                             data=None),
                         "- Storage.WestUS 198.18.4.0/24\n+ Storage.WestUS 198.18.9.0/24\n")
        self.assertIn("0 tags added, 1 removed, 1 changed", out("diff", SAMPLE, self.new, data=None))

    def test_exit_codes(self):
        out("diff", SAMPLE, self.new, "--exit-code", code=1, data=None)
        out("diff", SAMPLE, SAMPLE, "--exit-code", code=0, data=None)
        self.assertIn("wrong", err("diff", SAMPLE, CHINA, code=2, data=None).replace(
            "the data is of cloud", "wrong"))


class Require(unittest.TestCase):
    def require(self, *args, **options):
        return out("require", "azure-machine-learning", "--region", "westus", *args, **options)

    def test_json_has_just_the_agreed_fields(self):
        answer = json.loads(self.require("--edition", "2021-11", "-o", "json"))
        self.assertEqual(set(answer), {"profile", "edition", "cloud", "region", "change_number",
                                       "rules", "hosts", "warnings"})
        storage = next(r for r in answer["rules"] if r["requested"] == "Storage.westus")
        self.assertEqual(storage["status"], "resolved")
        self.assertEqual(storage["tag"], "Storage.WestUS")
        self.assertEqual(storage["ports"], ["443"])
        self.assertEqual(storage["prefixes"], out("expand", "Storage.WestUS").split())
        vault = next(r for r in answer["rules"] if r["requested"] == "KeyVault.westus")
        self.assertEqual(vault["status"], "condition_off")

    def test_conditions_editions_and_lists(self):
        answer = json.loads(self.require("--edition", "2021-11", "--with", "hbi_workspace",
                                         "-o", "json"))
        vault = next(r for r in answer["rules"] if r["requested"] == "KeyVault.westus")
        self.assertEqual(vault["tag"], "AzureKeyVault.WestUS")
        self.assertIn("hbi_workspace", out("require", "--list"))
        lines = out("require", "azure-machine-learning", "--edition-diff", "2021-11")
        self.assertIn("- inbound tcp 29876-29877 BatchNodeManagement\n", lines)
        self.assertIn("no condition 'x'", err("require", "azure-machine-learning", "--region",
                                              "westus", "--with", "x", code=2))
        self.assertIn("it has 2021-11, 2026-03", err("require", "azure-machine-learning", "--region",
                                                     "westus", "--edition", "1999", code=2))

    def test_every_format_writes_the_same_bytes_again(self):
        names = re.findall(r"^  ([a-z0-9-]+)  ", out("require", "--list").split("FORMAT", 1)[1],
                           re.MULTILINE)
        self.assertEqual(len(names), 20)
        for name in names:
            first = self.require("--format", name, "--direction", "outbound")
            again = self.require("--format", name, "--direction", "outbound",
                                 env={"LC_ALL": "C.UTF-8", "TZ": "Asia/Tokyo"})
            self.assertEqual(first, again, name)

    def test_limits_end_with_6(self):
        self.assertIn("inbound and outbound",
                      err("require", "azure-machine-learning", "--region", "westus", "--edition",
                          "2021-11", "--format", "plain", code=6))

    def test_since_says_what_to_change(self):
        with tempfile.TemporaryDirectory() as folder:
            old = os.path.join(folder, "old.json")
            text = pathlib.Path(SAMPLE).read_text().replace("198.18.4.0/24", "198.18.250.0/24")
            pathlib.Path(old).write_text(text)
            self.assertEqual(self.require("--edition", "2021-11", "--since", old),
                             "+ outbound tcp 443 Storage.westus 198.18.4.0/24\n"
                             "- outbound tcp 443 Storage.westus 198.18.250.0/24\n")

    def test_check_and_explain(self):
        args = ("azure-machine-learning", "--region", "westus", "--edition", "2021-11")
        with tempfile.TemporaryDirectory() as folder:
            allow = os.path.join(folder, "allow.txt")
            pathlib.Path(allow).write_text("0.0.0.0/0\n::/0 any\n")
            out("check", *args, "--allow", allow)
            pathlib.Path(allow).write_text("198.18.0.0/15 tcp 443 # most\n2001:db8::/32\n")
            report = json.loads(out("check", *args, "--allow", allow, "-o", "json", code=1))
            missing = {(gap["tag"], gap["ports"]) for gap in report["gaps"]}
            self.assertIn(("AzureActiveDirectory", "80,443"), missing)
            self.assertNotIn(("Storage.WestUS", "443"), missing)
            pathlib.Path(allow).write_text("198.18.0.0/15\n300.0.0.0/8\n")
            self.assertIn("line 2", err("check", *args, "--allow", allow, code=2))
        flow = ("--profile", "azure-machine-learning", "--region", "westus")
        self.assertIn("serves outbound tcp 443", out("explain", "198.18.4.9:443", *flow))
        self.assertIn("no requirement", out("explain", "198.18.4.9:22", *flow, code=1))
        self.assertIn("by 198.18.4.0/24", out("explain", "198.18.4.9"))
        err("explain", "198.18.4.9:https", code=2)

    def test_check_flows_tells_each_flow(self):
        args = ("check", "azure-machine-learning", "--region", "westus", "--edition", "2021-11",
                "--flows")
        tuples = ["1,10.0.0.4,198.18.4.9,5000,443,T,O,A", "1,10.0.0.4,198.18.4.9,5001,443,T,O,A",
                  "1,10.0.0.4,198.18.4.9,5000,443,T,O,D", "1,10.0.0.4,198.18.4.9,5000,22,T,O,A",
                  "1,10.0.0.4,203.0.113.250,5000,22,T,O,D", "1,10.0.0.4,10.0.0.5,5000,22,T,O,A"]
        log = json.dumps({"records": [{"properties": {"flows": [
            {"flows": [{"flowTuples": tuples}]}]}}]})
        found = json.loads(out(*args, "-", "-o", "json", code=1, stdin=log.encode()))
        self.assertEqual([(f["kind"], f["entries"]) for f in found],
                         [("explained", 2), ("blocked", 1), ("unexplained", 1), ("denied", 1),
                          ("internal", 1)])
        self.assertEqual(found[0]["rules"][0]["requested"], "Storage.westus")
        self.assertIn("Storage.WestUS", found[2]["tags"])
        done = run(*args, "-", stdin=log.encode())
        self.assertIn(b"unexplained outbound 198.18.4.9 tcp 22 (1): in ", done.stdout)
        self.assertNotIn(b"10.0.0.5", done.stdout)
        self.assertIn(b"1 explained, 1 blocked, 1 unexplained, 1 denied, 1 internal", done.stderr)
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "flows.csv")
            pathlib.Path(path).write_text("destination,port\n198.18.4.9,443\n")
            self.assertIn("explained", out(*args, path))
            out(*args, path, "--flows", "-", stdin=log.encode(), code=1)
            pathlib.Path(path).write_text("destination,port\n198.18.4.9,https\n")
            self.assertIn(f"{path}, line 2: expected a port", err(*args, path, code=2))
            err(*args, path, "--allow", path, code=2)
        err(*args[:-1], code=2)


class Program(unittest.TestCase):
    def test_data_is_found_and_checked(self):
        self.assertIn("servicetags update", err("info", code=3, data=None))
        out("info", data=None, env={"SERVICETAGS_DATA": SAMPLE})
        with tempfile.TemporaryDirectory() as cache:
            env = {"XDG_CACHE_HOME": cache}
            out("update", "--cloud", "china", "--from", CHINA, data=None, env=env)
            self.assertIn("china", out("--cloud", "china", "info", data=None, env=env))
            err("info", code=3, data=None, env=env)
        out("--cloud", "public", "info")
        self.assertIn("not of china", err("--cloud", "china", "info", code=2))
        self.assertIn("No such file", err("info", code=2, data="/nonexistent/tags.json"))

    def test_a_compiled_snapshot_answers_as_its_json(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "tags.stc")
            said = run("compile", path)
            self.assertEqual((said.returncode, said.stdout), (0, b""))
            self.assertIn(f"prefixes written to {path}", said.stderr.decode())
            for args in (("lookup", "198.18.4.9", "-o", "jsonl"), ("expand", "Storage"), ("tags",),
                         ("regions", "-o", "json"),
                         ("lookup", "198.18.0.0/16", "-o", "csv"),
                         ("require", "azure-machine-learning", "--region", "westus")):
                was, now = run(*args), run(*args, data=path)
                now.stdout = now.stdout.replace(path.encode(), SAMPLE.encode())
                self.assertEqual((was.returncode, was.stdout), (now.returncode, now.stdout), args)
            self.assertEqual(run("diff", SAMPLE, path).returncode,
                             run("diff", SAMPLE, SAMPLE).returncode)
            self.assertIn("cloud public, not of usgov",
                          err("--cloud", "usgov", "info", data=path, code=2))
            with open(path, "r+b") as file:
                file.seek(5000)
                file.write(b"spoiled")
            self.assertRegex(err("info", code=2, data=path), "tags.stc: .*servicetags compile")

    def test_the_four_real_clouds(self):
        clouds = {"public": "ServiceTags_Public_20251028.json",
                  "usgov": "ServiceTags_AzureGovernment_20260720.json",
                  "china": "ServiceTags_China_20260720.json",
                  "germany": "ServiceTags_AzureGermany_20220307.json"}
        if not all((REAL / name).exists() for name in clouds.values()):
            self.skipTest(f"LEFT OUT: no published files in {REAL}")
        for cloud in clouds:
            for other, name in clouds.items():
                out("--cloud", cloud, "info", data=str(REAL / name), code=0 if cloud == other else 2)

    def test_gzip_is_unpacked_whatever_its_name(self):
        import gzip
        with tempfile.TemporaryDirectory() as folder:
            for name in ("tags.json.gz", "tags"):
                path = os.path.join(folder, name)
                with gzip.open(path, "wb") as file:
                    file.write(pathlib.Path(SAMPLE).read_bytes())
                self.assertIn('"tags":39', out("info", "-o", "json", data=path))
            with open(path, "r+b") as file:
                file.truncate(200)
            err("info", code=2, data=path)

    def test_wrong_usage_ends_with_2_and_says_how(self):
        for args in ((), ("nonsense",), ("lookup",), ("lookup", "--bad", "1.2.3.4"),
                     ("-o", "yaml", "info"), ("--cloud", "mars", "info"),
                     ("expand", "Storage", "--fit", "0"), ("expand", "Storage", "--family", "5"),
                     ("require",), ("require", "azure-machine-learning")):
            self.assertIn("--help", err(*args, code=2))
        for typed, meant in (("lokup", "lookup"), ("xpand", "expand"), ("compl", "completion")):
            self.assertIn(f"no command '{typed}'; did you mean 'servicetags {meant}'?",
                          err(typed, "1.2.3.4", code=2))
        self.assertNotIn("did you mean", err("nonsense", code=2))
        # Not a list, and not an address.
        for query in ("[::1]", "[192.0.2.40,8.8.8.8]"):
            self.assertIn("brackets are not accepted", err("lookup", query, code=2))

    def test_help_teaches_by_example(self):
        self.assertRegex(out("--version"), r"^servicetags \d+\.\d+\.\d+\n$")
        text = out("--help")
        commands = re.findall(r"^  ([a-z]+)  ", text.split("Subcommands:")[1], re.MULTILINE)
        self.assertEqual(len(commands), 17)
        for command in commands:
            self.assertEqual(run(command, "--help").returncode, 0)
            if command != "manual":
                self.assertIn("Example", out(command, "--help"))

    def test_a_closed_pipe_is_quiet_and_a_full_disk_is_not(self):
        done = subprocess.run(f"{PROGRAM} --data {SAMPLE} lookup 0.0.0.0/0 -o csv | head -n 1",
                              shell=True, capture_output=True)
        self.assertEqual(done.stderr, b"")
        with open("/dev/full", "w") as full:
            done = subprocess.run([PROGRAM, "--data", SAMPLE, "tags"], stdout=full,
                                  stderr=subprocess.PIPE)
        self.assertEqual(done.returncode, 2)
        self.assertIn(b"could not be written", done.stderr)
        # Input without an end is not read for nothing.
        done = subprocess.run(f"timeout 60 yes 192.0.2.40 | {PROGRAM} --data {SAMPLE} lookup - >/dev/full",
                              shell=True, capture_output=True, timeout=30)
        self.assertEqual(done.returncode, 2)
        # Nor does a parent that ignores the signal make a closed pipe an error.
        done = subprocess.run(f"trap '' PIPE; {PROGRAM} --data {SAMPLE} lookup 0.0.0.0/0 | head -n 1",
                              shell=True, capture_output=True)
        self.assertEqual(done.stderr, b"")

    def test_unusable_streams_change_no_exit_code(self):
        for redirection in ("2>/dev/full", "2>&-"):
            done = subprocess.run(f"{PROGRAM} --data {SAMPLE} lookup bad/8 {redirection}", shell=True)
            self.assertEqual(done.returncode, 2, redirection)
        for redirection in ("</", "<&-"):
            done = subprocess.run(f"{PROGRAM} --data {SAMPLE} lookup - {redirection}", shell=True,
                                  capture_output=True)
            self.assertEqual(done.returncode, 2, redirection)
            self.assertIn(b"standard input cannot be read", done.stderr)

    def test_messages_are_fit_for_a_terminal(self):
        for args in (("lookup", "\x1b[31m\n/8"), ("\x1b[31m\n",), ("lookup", "a\x9b/8"),
                     ("tags", "--region", "\x1b]0;x\x07"), ("info", "--data", "\x1b[31m\nx")):
            done = run(*args, data=SAMPLE if "--data" not in args else None)
            self.assertIn(done.returncode, (1, 2), args)
            self.assertNotRegex(done.stderr.decode(), "[\x00-\x09\x0b-\x1f\x7f-\x9f]", args)
            self.assertTrue(all(line.startswith(("servicetags: ", "See "))
                                for line in done.stderr.decode().splitlines()), done.stderr)

    def test_output_does_not_depend_on_the_environment(self):
        for args in (("tags",), ("regions", "-o", "json"), ("lookup", "198.18.0.0/15"),
                     ("expand", "AzureCloud", "-o", "table")):
            first = out(*args)
            self.assertEqual(first, out(*args, env={"LC_ALL": "C.UTF-8", "TZ": "Asia/Tokyo"}))

    def test_completions_and_manual_are_well_formed(self):
        checks = {"bash": ["bash", "-n"], "zsh": ["zsh", "-n"], "fish": ["fish", "--no-execute"]}
        with tempfile.TemporaryDirectory() as folder:
            for shell, check in checks.items():
                if shutil.which(shell) is None:
                    print(f"LEFT OUT: no {shell}", file=sys.stderr)
                    continue
                path = os.path.join(folder, shell)
                pathlib.Path(path).write_text(out("completion", shell))
                subprocess.run(check + [path], check=True)
            script = (f"source {folder}/bash; servicetags() {{ {PROGRAM} \"$@\"; }}; "
                      f"export SERVICETAGS_DATA={SAMPLE}; "
                      "COMP_WORDS=(servicetags expand Storage.W); COMP_CWORD=2; _servicetags; "
                      "echo ${COMPREPLY[*]}; "
                      f"COMP_WORDS=(servicetags --data {CHINA} tags --region china); "
                      "COMP_CWORD=5; _servicetags; echo ${COMPREPLY[*]}; "
                      "COMP_WORDS=(servicetags lo); COMP_CWORD=1; _servicetags; echo ${COMPREPLY[*]}")
            done = subprocess.run(["bash", "-c", script], capture_output=True, text=True)
            self.assertEqual(done.stdout, "Storage.WestEurope Storage.WestUS\n"
                             "chinaeast2 chinanorth2 chinanorth3\nlookup\n")
        if shutil.which("mandoc"):
            done = subprocess.run(["mandoc", "-Tlint", "-W", "warning"],
                                  input=out("manual").encode(), capture_output=True)
            self.assertEqual(done.stdout.decode(), "")

    def test_a_hundred_thousand_lines_stream(self):
        stdin = b"198.18.4.1\n8.8.8.8\n" * 50_000
        self.assertEqual(out("lookup", "-", "-o", "plain", stdin=stdin).count("\n"), 200_000)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
