"""`servicetags export`: its bytes, its files, and what it refuses. That engines read them is
tested by tests/python/test_exports.py, and here for KQL by its own parser.

SERVICETAGS_PROGRAM names the program; SERVICETAGS_TEST_DATA the folder of published files. The
first argument is a build folder: what npm fetches goes there, or is left out aloud."""

import csv
import gzip
import io
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ["SERVICETAGS_PROGRAM"]
BUILD = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else tempfile.gettempdir())
SAMPLE = ROOT / "examples" / "data" / "sample.json"
REAL = pathlib.Path(os.environ.get("SERVICETAGS_TEST_DATA", "../shared/data"))
KUSTO = "@kusto/language-service-next@12.4.1"
FORMATS = {"clickhouse": ["prefixes"], "csv": ["tags", "prefixes", "ranges"],
           "jsonl": ["tags", "prefixes", "ranges"], "kusto": ["tags"], "mmdb": ["prefixes"]}


def run(*args, data=SAMPLE, **environment):
    return subprocess.run([PROGRAM, "--data", str(data), "export", *map(str, args)],
                          env={**os.environ, **environment}, capture_output=True, check=False)


class Export(unittest.TestCase):
    def out(self, *args, **options):
        ran = run(*args, **options)
        self.assertEqual((ran.returncode, ran.stderr), (0, b""), args)
        return ran.stdout

    def refused(self, *args, **options):
        ran = run(*args, **options)
        self.assertEqual((ran.returncode, ran.stdout), (2, b""), args)
        return ran.stderr.decode()

    def test_every_format_in_every_shape_is_the_same_everywhere(self):
        self.assertIn("clickhouse", run("--help").stdout.decode())
        for name, shapes in FORMATS.items():
            for shape in shapes:
                first = self.out(name, "--shape", shape, LC_ALL="C", TZ="UTC")
                again = self.out(name, "--shape", shape, LC_ALL="tr_TR.UTF-8",
                                 TZ="Pacific/Apia")
                self.assertTrue(first and first == again, (name, shape))
                self.assertEqual(first == self.out(name), shape == shapes[0], (name, shape))

    def test_rows_are_what_lookup_says(self):
        rows = list(csv.DictReader(io.StringIO(self.out("csv", "--shape", "ranges").decode())))
        self.assertGreater(len(rows), 20)
        asked = "".join(row[key] + "\n" for row in rows for key in ("first", "last"))
        ran = subprocess.run([PROGRAM, "--data", SAMPLE, "lookup", "-", "-o", "jsonl"],
                             input=asked, capture_output=True, text=True, check=True)
        answers = map(json.loads, ran.stdout.splitlines())
        for row in rows:
            for _ in range(2):
                tags = sorted((match["tag"] for match in next(answers)["matches"]), key=str.lower)
                self.assertEqual(";".join(tags), row["tags"])

    def test_a_file_is_replaced_whole(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "tags.csv"
            self.assertEqual(self.out("csv", "--to", path), b"")
            self.assertEqual(path.read_bytes(), self.out("csv"))
            hostile = pathlib.Path(folder) / "hostile.json.gz"
            text = SAMPLE.read_text("utf-8").replace('"AzureMonitor.Core"', '"Core\\n; drop"')
            hostile.write_bytes(gzip.compress(text.encode()))
            for name in FORMATS:
                self.assertIn("'Core\\x0a; drop'", self.refused(name, "--to", path, data=hostile))
            self.assertEqual(path.read_bytes(), self.out("csv"))
            self.assertEqual([one.name for one in pathlib.Path(folder).iterdir() if one != path],
                             [hostile.name])
            self.assertIn("no/such", self.refused("csv", "--to", f"{folder}/no/such"))

    def test_what_is_refused(self):
        self.assertIn("clickhouse, csv, jsonl, kusto, mmdb", self.refused("xml"))
        self.assertIn("tags, prefixes, ranges", self.refused("csv", "--shape", "rows"))
        self.assertIn("not ranges", self.refused("mmdb", "--shape", "ranges"))
        self.assertIn("lower case", self.refused("clickhouse", "--name", "a; DROP TABLE b"))
        ran = run("csv", data="/nonexistent")
        self.assertEqual((ran.returncode, ran.stdout), (2, b""))

    def test_binary_data_is_not_written_to_a_terminal(self):
        leader, follower = os.openpty()
        try:
            ran = subprocess.run([PROGRAM, "--data", SAMPLE, "export", "mmdb"], stdout=follower,
                                 stderr=subprocess.PIPE, text=True, check=False)
        finally:
            os.close(leader)
            os.close(follower)
        self.assertEqual(ran.returncode, 2)
        self.assertIn("--to FILE", ran.stderr)

    def test_kusto_by_its_own_parser(self):
        modules = BUILD / "kusto"
        if not (modules / "node_modules").exists():
            if shutil.which("npm") is None or subprocess.run(
                    ["npm", "install", "--silent", "--no-save", "--prefix", modules, KUSTO],
                    capture_output=True, check=False).returncode != 0:
                print("LEFT OUT: the parser of KQL could not be fetched by npm", file=sys.stderr)
                return
        data = REAL / "ServiceTags_Public_20251028.json"
        commands = self.out("kusto", data=data if data.exists() else SAMPLE)
        ran = subprocess.run(["node", ROOT / "tests" / "support" / "kusto_syntax.js"],
                             input=commands, capture_output=True, check=True,
                             env={**os.environ, "NODE_PATH": str(modules / "node_modules")})
        found = [json.loads(line) for line in ran.stdout.splitlines()]
        self.assertEqual([one["faults"] for one in found], [[]] * len(found))
        self.assertEqual([one["kind"] for one in found[1:]], ["Command"] * (len(found) - 1))
        ingested = [command.split(b"\n", 1)[1] for command in commands.split(b"\n\n")
                    if command.startswith(b".ingest")]
        rows = [row for part in ingested for row in part.splitlines()]
        exported = self.out("csv", data=data if data.exists() else SAMPLE).splitlines()[1:]
        self.assertEqual([row.rpartition(b",")[0] for row in rows], exported)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
