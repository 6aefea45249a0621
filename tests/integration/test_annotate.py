"""`annotate` as its users run it: what is added, and that nothing else changes.

SERVICETAGS_PROGRAM names the program; SERVICETAGS_TEST_DATA the folder of published files."""

import csv
import gzip
import io
import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ["SERVICETAGS_PROGRAM"]
SAMPLE = str(ROOT / "examples" / "data" / "sample.json")
REAL = pathlib.Path(os.environ.get("SERVICETAGS_TEST_DATA", "../shared/data"))
FIELDS = b"service_tags,service_tag,service_tag_region,service_tag_prefix"
STORAGE = b"Storage Storage.WestUS AzureCloud AzureCloud.westus,Storage.WestUS,westus,198.18.4.0/24"


def annotate(*args, stdin=b"", data=SAMPLE, code=None):
    done = subprocess.run([PROGRAM, "--data", data, "annotate", *args], input=stdin,
                          capture_output=True, timeout=120)
    if code is not None and done.returncode != code:
        raise AssertionError(f"{args}: exit {done.returncode}, not {code}\n{done.stderr.decode()}")
    return done


class Csv(unittest.TestCase):
    def by_number(self, text, **options):
        return annotate("--column", "2", stdin=text, **options).stdout

    def test_fields_are_added_to_each_record(self):
        text = b"id,dst\n1,198.18.4.9\n2,9.9.9.9\n"
        self.assertEqual(annotate("--column", "dst", stdin=text, code=0).stdout,
                         b"id,dst," + FIELDS + b"\n1,198.18.4.9," + STORAGE + b"\n2,9.9.9.9,,,,\n")

    def test_a_number_means_that_there_is_no_header(self):
        self.assertEqual(self.by_number(b"1,198.18.4.9\n", code=0), b"1,198.18.4.9," + STORAGE + b"\n")

    def test_line_ends_and_odd_bytes_stay(self):
        for before, end in [(b"1,198.18.4.9", b"\r\n"), (b"1,198.18.4.9", b""),
                            (b"\xff\xfe\x00,198.18.4.9,\x80", b"\n")]:
            self.assertEqual(self.by_number(before + end), before + b"," + STORAGE + end)
        self.assertEqual(self.by_number(b"\r\n\n1,198.18.4.9\n"),
                         b"\r\n\n1,198.18.4.9," + STORAGE + b"\n")

    def test_quotes_hide_commas_and_line_ends(self):
        text = b'"a,""b""\nc","198.18.4.9","d\n"\n'
        self.assertEqual(self.by_number(text), text[:-1] + b"," + STORAGE + b"\n")

    def test_a_quote_inside_of_a_field_is_any_other_byte(self):
        for note in [b'5" disk', b'5"" disk', b'a"', b'"a"b"']:
            text = (note + b",198.18.4.9\n") * 30_000  # many blocks
            self.assertEqual(self.by_number(text), text.replace(b"\n", b"," + STORAGE + b"\n"))

    def test_blanks_around_an_address_are_no_part_of_it(self):
        self.assertIn(STORAGE, self.by_number(b"1, 198.18.4.9 ,x\n"))

    def test_what_is_no_address_gets_empty_fields_and_is_told(self):
        done = annotate("--column", "2", stdin=b"1,host\n2\n3,198.18.4.9:443\n4,198.18.4.9\n", code=0)
        self.assertEqual(done.stdout.splitlines()[:3], [b"1,host,,,,", b"2,,,,", b"3,198.18.4.9:443,,,,"])
        self.assertIn(b"3 lines without an address", done.stderr)

    def test_header_with_a_byte_order_mark_and_quotes(self):
        text = b'\xef\xbb\xbf"dst ip",x\n198.18.4.9,1\n'
        self.assertIn(STORAGE, annotate("--column", "dst ip", stdin=text, code=0).stdout)

    def test_a_column_that_is_not_there(self):
        done = annotate("--column", "dts", stdin=b"src,dst\n", code=2)
        self.assertIn(b"the header has: src, dst", done.stderr)
        self.assertEqual(done.stdout, b"")

    def test_nothing_in_nothing_out(self):
        self.assertEqual(annotate("--column", "dst", code=1).stdout, b"")
        self.assertEqual(annotate("--column", "dst", stdin=b"dst\n", code=1).stdout,
                         b"dst," + FIELDS + b"\n")

    def test_tabs(self):
        done = annotate("--format", "tsv", "--column", "2", stdin=b'"1\t198.18.4.9\t,\n', code=0)
        self.assertEqual(done.stdout, b'"1\t198.18.4.9\t,\t' + STORAGE.replace(b",", b"\t") + b"\n")


class JsonLines(unittest.TestCase):
    def members(self, line, key="ip"):
        return annotate("--json-key", key, stdin=line).stdout

    def test_members_are_added_to_the_object(self):
        line = b'{"a":{"ip":"9.9.9.9"}, "ip" : "198.18.4.9" }\n'
        got = self.members(line)
        self.assertTrue(got.startswith(line[:-2] + b","), got)
        self.assertEqual({k: v for k, v in json.loads(got).items() if k.startswith("service")}, {
            "service_tags": ["Storage", "Storage.WestUS", "AzureCloud", "AzureCloud.westus"],
            "service_tag": "Storage.WestUS", "service_tag_region": "westus",
            "service_tag_prefix": "198.18.4.0/24"})

    def test_a_dot_leads_into_an_object(self):
        got = json.loads(self.members(b'{"a":{"b":1,"ip":"198.18.4.9"},"ip":"9.9.9.9"}', key="a.ip"))
        self.assertEqual(got["service_tag"], "Storage.WestUS")

    def test_objects_without_an_address(self):
        for line in [b"{}", b'{"ip":null}', b'{"x":"198.18.4.9"}', b'{"ip":["198.18.4.9"]}',
                     b'{"ip":"\\u0031.2.3.4"}', b'{"s":"}\\"{","ip":"9.9.9.9"}']:
            got = json.loads(self.members(line))
            self.assertIsNone(got["service_tag"], line)
            self.assertEqual(got["service_tags"], [])

    def test_lines_that_are_no_object_stay(self):
        text = b'\n[1]\n{"ip":"198.18.4.9"\nnull\n{"ip":"198.18.4.9"} x\n"\\\r\n{"a":[}\n'
        self.assertEqual(self.members(text), text)


class Text(unittest.TestCase):
    def test_each_address_in_a_tag_is_followed_by_it(self):
        got = annotate(stdin=b"to 198.18.4.9:443 from 9.9.9.9 by 2001:db8:b::1.\n", code=0).stdout
        self.assertEqual(
            got, b"to 198.18.4.9 [tag=Storage.WestUS region=westus prefix=198.18.4.0/24 "
                 b"tags=Storage,Storage.WestUS,AzureCloud,AzureCloud.westus]:443 from 9.9.9.9 by "
                 b"2001:db8:b::1 [tag=AzureResourceManager prefix=2001:db8:b::/64 "
                 b"tags=AzureResourceManager].\n")

    def test_what_only_looks_like_an_address_stays(self):
        text = (b"v198.18.4.9 198.18.4.9x 198.18.4.9.1 198.18.4 198.018.4.9 12:34:56 aa:bb:cc:dd:ee:ff "
                b"std::bad ::x 1::2::3 _198.18.4.9 \xc3\xa9198.18.4.9 ... ::: :\n")
        self.assertEqual(annotate(stdin=text, code=1).stdout, text)

    def test_brackets_and_equals_signs_are_no_part_of_an_address(self):
        got = annotate(stdin=b'[2001:db8:b::1]:443 dst=198.18.4.9,"198.18.4.9"', code=0).stdout
        self.assertEqual(got.count(b"[tag="), 3)


class Streams(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.path = pathlib.Path(self.folder.name) / "log"

    def tearDown(self):
        self.folder.cleanup()

    def test_gzip_in_several_members(self):
        self.path.write_bytes(gzip.compress(b"1,198.18.4.9\n2,198.") + gzip.compress(b"18.4.9\n"))
        self.assertEqual(annotate(str(self.path), "--column", "2", code=0).stdout.count(STORAGE), 2)

    def test_gzip_cut_short_is_told_after_what_could_be_read(self):
        packed = gzip.compress(b"".join(b"%d,198.18.4.9\n" % i for i in range(100_000)))
        self.path.write_bytes(packed[:-20])
        done = annotate(str(self.path), "--column", "2", code=2)
        self.assertIn(b"cut short", done.stderr)
        self.path.write_bytes(packed[:5000] + b"\xff" * 50 + packed[5050:])
        self.assertIn(b"damaged", annotate(str(self.path), "--column", "2", code=2).stderr)

    def test_a_file_that_is_not_there(self):
        self.assertIn(b"cannot be opened", annotate("/nowhere/log", code=2).stderr)

    def test_a_line_of_a_megabyte_and_one_too_long(self):
        line = b"x" * 5_000_000 + b",198.18.4.9\n"
        self.assertEqual(annotate("--column", "2", stdin=line, code=0).stdout,
                         line[:-1] + b"," + STORAGE + b"\n")
        self.assertIn(b"longer than 64 MiB", annotate(stdin=b"y" * (70 << 20), code=2).stderr)

    def test_a_line_is_answered_while_the_next_is_awaited(self):
        with subprocess.Popen([PROGRAM, "--data", SAMPLE, "annotate", "--column", "1"],
                              stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
            for _ in range(3):
                process.stdin.write(b"198.18.4.9\n")
                process.stdin.flush()
                self.assertEqual(process.stdout.readline(), b"198.18.4.9," + STORAGE + b"\n")
            process.stdin.close()
            self.assertEqual(process.wait(60), 0)

    def test_a_closed_pipe_ends_it_quietly(self):
        self.path.write_bytes(b"198.18.4.9\n" * 500_000)
        with subprocess.Popen([PROGRAM, "--data", SAMPLE, "annotate", str(self.path)],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            process.stdout.readline()
            process.stdout.close()
            self.assertEqual(process.stderr.read(), b"")
            self.assertLess(process.wait(60), 0)  # by SIGPIPE

    def test_usage(self):
        for args, why in [(["--format", "csv"], b"need --column"),
                          (["--format", "jsonl"], b"needs --json-key"),
                          (["--format", "text", "--column", "1"], b"--column is for"),
                          (["--column", "1", "--json-key", "a"], b"--column is for"),
                          (["--threads", "0"], b"threads")]:
            self.assertIn(why, annotate(*args, code=2).stderr, args)

    def test_the_summary_counts(self):
        text = b"1,198.18.4.9\n2,9.9.9.9\n3,198.18.4.10\n4,x\n5,2001:db8:b::1\n"
        rows = subprocess.run([PROGRAM, "--data", SAMPLE, "-o", "csv", "annotate", "--column", "2",
                               "--summary"], input=text, capture_output=True).stdout.decode()
        counts = {(r["what"], r["name"]): int(r["count"]) for r in csv.DictReader(io.StringIO(rows))}
        self.assertEqual(counts, {
            ("addresses", ""): 4, ("in a tag", ""): 3, ("in no tag", ""): 1, ("unreadable", ""): 1,
            ("tag", "AzureCloud"): 2, ("tag", "AzureCloud.westus"): 2, ("tag", "Storage"): 2,
            ("tag", "Storage.WestUS"): 2, ("tag", "AzureResourceManager"): 1,
            ("region", "westus"): 2})

    def test_random_records_keep_their_bytes_and_order_with_any_number_of_threads(self):
        rng = random.Random(20261123)
        cells = [b"198.18.4.9", b"2001:db8:b::1", b"9.9.9.9", b"", b'"a\nb"', b'""', b'"x,y"', b"\xff",
                 b"host", b'"198.18.4.9"', b"a b"]
        lines = [b",".join(rng.choices(cells, k=rng.randint(1, 5))) + rng.choice([b"\n", b"\r\n"])
                 for _ in range(60_000)]
        self.path.write_bytes(b"".join(lines))
        one = annotate(str(self.path), "--column", "2", "--threads", "1", code=0).stdout
        for threads in ("2", "7"):
            done = annotate(str(self.path), "--column", "2", "--threads", threads, code=0)
            self.assertEqual(done.stdout, one)
        # Each record, with just what is added behind it.
        at = 0
        for line in lines:
            text = line.rstrip(b"\r\n")
            if text == b"":
                self.assertEqual(one[at:at + len(line)], line)
                at += len(line)
                continue
            self.assertEqual(one[at:at + len(text)], text)
            at += len(text)
            end = one.index(b"\n", at) + 1
            added = one[at:end]
            self.assertEqual(added.count(b","), 4, added)
            self.assertTrue(added.endswith(line[len(text):]), added)
            at = end
        self.assertEqual(at, len(one))

    def test_real_data_gives_what_lookup_gives(self):
        real = REAL / "ServiceTags_Public_20251028.json"
        if not real.exists():
            print("LEFT OUT: no published files; set SERVICETAGS_TEST_DATA", file=sys.stderr)
            return
        rng = random.Random(20251028)
        values = json.loads(real.read_text())["values"]
        prefixes = [p for v in values for p in v["properties"]["addressPrefixes"]]
        addresses = [p.split("/")[0] for p in rng.sample(prefixes, 20_000)]
        addresses += [".".join(str(rng.randrange(256)) for _ in range(4)) for _ in range(5_000)]
        rng.shuffle(addresses)
        sizes = {v["name"]: len(set(v["properties"]["addressPrefixes"])) for v in values}
        text = "\n".join(addresses).encode()
        rows = annotate("--column", "1", stdin=text, data=str(real), code=0).stdout.decode()
        looked_up = subprocess.run([PROGRAM, "--data", str(real), "lookup", "-", "-o", "jsonl"],
                                   input=text, capture_output=True).stdout.decode()
        rows, looked_up = rows.splitlines(), looked_up.splitlines()
        self.assertEqual(len(rows), len(looked_up))
        for row, line in zip(rows, looked_up):
            matches = json.loads(line)["matches"]
            address, tags, tag, region, prefix = row.split(",")
            self.assertEqual(tags.split(), [m["tag"] for m in matches], row)
            if not matches:
                continue
            self.assertEqual(prefix, matches[0]["prefix"])
            best = min((m for m in matches if m["prefix"] == prefix),
                       key=lambda m: (sizes[m["tag"]], m["tag"].lower()))
            self.assertEqual((tag, region), (best["tag"], best["region"]), row)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
