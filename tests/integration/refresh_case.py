"""What the tests of refreshing share: the program with a cache of its own, and samples."""

import hashlib
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ["SERVICETAGS_PROGRAM"]
SAMPLE = (ROOT / "examples" / "data" / "sample.json").read_bytes()
TIMEOUT = 2  # seconds that a fetch may take here
SANITIZED = "SERVICETAGS_SANITIZED" in os.environ


def changed(**fields):
    document = json.loads(SAMPLE)
    document.update(fields)
    return json.dumps(document).encode()


def newer():
    """The sample of a week later: one prefix more."""
    document = json.loads(SAMPLE)
    document["changeNumber"] += 1
    document["values"][0]["properties"]["addressPrefixes"].append("203.0.113.77/32")
    return json.dumps(document).encode()


def half():
    document = json.loads(SAMPLE)
    document["values"] = document["values"][::2]
    return json.dumps(document).encode()


class Refresh(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.cache = self.folder / "servicetags"

    def leave_out(self, why):
        print(f"LEFT OUT: {why}", file=sys.stderr)
        self.skipTest(why)

    def environment(self, **more):
        return {"PATH": os.environ["PATH"], "LC_ALL": "C", "HOME": "/nonexistent",
                "XDG_CACHE_HOME": str(self.folder), **more}

    def run_program(self, *args, timeout=60, env=None):
        return subprocess.run([PROGRAM, *args], capture_output=True, timeout=timeout,
                              env=self.environment(**(env or {})))

    def update(self, source, *args, timeout=TIMEOUT, **options):
        return self.run_program("update", "--from", source, "--allow-http-to-loopback", "--timeout",
                                f"{timeout}s", "-o", "json", *args, **options)

    def start_with_sample(self):
        path = self.folder / "ServiceTags_Public_20260105.json"
        path.write_bytes(SAMPLE)
        self.assertEqual(self.update(str(path)).returncode, 0)

    def status(self):
        done = self.run_program("status", "-o", "json")
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)

    def assert_old_data(self):
        self.assertEqual(self.status()["sha256"], hashlib.sha256(SAMPLE).hexdigest())

    def assert_no_leftovers(self):
        self.assertEqual([p.name for p in self.cache.iterdir() if p.name.endswith(".tmp")], [])
