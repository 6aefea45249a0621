"""The profile format's JSON Schema and the library's parser agree, on what is right and on
planted faults. SERVICETAGS_PROGRAM names the program."""

import copy
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

try:
    import jsonschema
except ImportError as missing:
    print(f"LEFT OUT: {missing}; see cmake/install_packages.sh", file=sys.stderr)
    sys.exit(0)

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ["SERVICETAGS_PROGRAM"]
SAMPLE = ROOT / "examples" / "data" / "sample.json"
PROFILES = ROOT / "src" / "rules" / "profiles"
SCHEMA = json.loads((PROFILES / "profile.schema.json").read_text())

# Everything that the format has, once.
SMALL = {
    "profile": "small", "title": "Small",
    "editions": [{
        "edition": "1", "date": "2026-03-01", "source": "https://example.com/",
        "conditions": {"fact": {"meaning": "it is so", "default": True}},
        "rows": [
            {"direction": "outbound", "protocol": "tcp", "ports": ["443", "80-90"],
             "tag": "Storage.{region}", "condition": "not fact", "clouds": ["public", "usgov"],
             "purpose": "Data", "source": "https://example.com/a", "date": "2026-03-02"},
            {"direction": "inbound", "protocol": "any", "ports": ["1-65535"],
             "host": "*.{name}.example.com", "path": "/a/*", "purpose": "Hosts"}],
        "notes": [{"text": "Mind this", "condition": "fact"}]}]}

# What stands where, and faults that each must be refused for.
FAULTS = [
    ((), [], "not an object"), ((), {}, "empty"),
    (("profile",), "Upper", "upper case"), (("profile",), "", "empty"),
    (("profile",), "x" * 64, "too long"), (("profile",), 1, "a number"),
    (("title",), "two\nlines", "a control character"), (("title",), "", "empty"),
    (("title",), "a line\n", "a line"), (("profile",), "a\n", "a line"),
    (("editions", 0, "rows", 0, "condition"), "fact\n", "a line"),
    (("editions", 0, "rows", 1, "path"), "/a\n", "a line"),
    (("title",), "x" * 301, "too long"), (("title",), "\u00e9", "not ASCII"),
    (("extra",), 1, "an unknown key"),
    (("editions",), [], "no edition"), (("editions",), {}, "an object"),
    (("editions", 0, "edition"), 1, "a number"), (("editions", 0, "extra"), 1, "an unknown key"),
    (("editions", 0, "conditions"), [], "an array"),
    (("editions", 0, "conditions", "Upper"), {"meaning": "x"}, "upper case"),
    (("editions", 0, "conditions", "fact", "meaning"), "", "empty"),
    (("editions", 0, "conditions", "fact", "default"), "yes", "not true or false"),
    (("editions", 0, "conditions", "fact", "extra"), 1, "an unknown key"),
    (("editions", 0, "rows"), {}, "an object"),
    (("editions", 0, "rows", 0, "direction"), "in", "no direction"),
    (("editions", 0, "rows", 0, "protocol"), "icmp", "no protocol"),
    (("editions", 0, "rows", 0, "ports"), [], "no ports"),
    (("editions", 0, "rows", 0, "ports"), "443", "no array"),
    (("editions", 0, "rows", 0, "ports", 0), 443, "a number"),
    (("editions", 0, "rows", 0, "ports", 0), "0", "no port"),
    (("editions", 0, "rows", 0, "ports", 0), "0443", "a leading zero"),
    (("editions", 0, "rows", 0, "ports", 0), "443-", "half a range"),
    (("editions", 0, "rows", 0, "ports", 0), "100000", "too large"),
    (("editions", 0, "rows", 0, "ports", 0), "443\n", "a line"),
    (("editions", 0, "rows", 0, "tag"), "a b", "a space"),
    (("editions", 0, "rows", 0, "tag"), "-a", "an option"),
    (("editions", 0, "rows", 0, "tag"), "$(reboot)", "a command"),
    (("editions", 0, "rows", 0, "tag"), "a.{other}", "no such pattern"),
    (("editions", 0, "rows", 0, "tag"), "a\n", "a line"),
    (("editions", 0, "rows", 0, "tag"), "x" * 129, "too long"),
    (("editions", 0, "rows", 0, "tag"), "", "empty"),
    (("editions", 0, "rows", 0, "host"), "example.com", "tag and host"),
    (("editions", 0, "rows", 0, "path"), "a", "no slash"),
    (("editions", 0, "rows", 0, "condition"), "not  fact", "two spaces"),
    (("editions", 0, "rows", 0, "clouds", 0), "mars", "no cloud"),
    (("editions", 0, "rows", 0, "purpose"), "", "empty"),
    (("editions", 0, "rows", 0, "extra"), 1, "an unknown key"),
    (("editions", 0, "rows", 1, "host"), "localhost", "one label"),
    (("editions", 0, "rows", 1, "host"), "https://example.com", "an address of the web"),
    (("editions", 0, "rows", 1, "host"), "example.com:443", "a port"),
    (("editions", 0, "rows", 1, "host"), "a.*.example.com", "a star within"),
    (("editions", 0, "rows", 1, "host"), "example.com.", "a dot at the end"),
    (("editions", 0, "rows", 1, "host"), "example.com\n", "a line"),
    (("editions", 0, "rows", 1, "path"), "/a b", "a space"),
    (("editions", 0, "rows", 1, "path"), "/$(x)", "a command"),
    (("editions", 0, "notes", 0, "text"), "", "empty"),
    (("editions", 0, "notes", 0, "extra"), 1, "an unknown key"),
]
# Keys that cannot be left out, by the object they are in.
REQUIRED = [((), "profile"), ((), "title"), ((), "editions")] + [
    (("editions", 0), key) for key in ("edition", "date", "source")] + [
    (("editions", 0, "conditions", "fact"), "meaning"), (("editions", 0, "notes", 0), "text")] + [
    (("editions", 0, "rows", 0), key) for key in ("direction", "protocol", "ports", "purpose", "tag")]


def at(value, path):
    for step in path:
        value = value[step]
    return value


def with_value(path, value):
    profile = copy.deepcopy(SMALL)
    if not path:
        return value
    at(profile, path[:-1])[path[-1]] = value
    return profile


def without(path, key):
    profile = copy.deepcopy(SMALL)
    del at(profile, path)[key]
    return profile


class ProfileSchema(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.file = pathlib.Path(folder.name) / "profile.json"
        self.schema = jsonschema.Draft202012Validator(SCHEMA)

    def refusal(self, profile):
        """What the program says of a profile that it does not take; or None."""
        self.file.write_text(json.dumps(profile))
        done = subprocess.run([PROGRAM, "--data", str(SAMPLE), "require", str(self.file),
                               "--region", "westeurope"], capture_output=True, text=True)
        return None if done.returncode == 0 else done.stderr

    def test_the_schema_is_one(self):
        jsonschema.Draft202012Validator.check_schema(SCHEMA)

    def test_profiles_that_are_built_in_are_valid(self):
        files = [path for path in sorted(PROFILES.glob("*.json"))
                 if path.name != "profile.schema.json"]
        self.assertIn("azure-machine-learning.json", [path.name for path in files])
        for path in files:
            profile = json.loads(path.read_text())
            self.assertEqual([error.message for error in self.schema.iter_errors(profile)], [])
            self.assertIsNone(self.refusal(profile))

    def test_both_take_a_profile_with_everything(self):
        self.assertTrue(self.schema.is_valid(SMALL))
        self.assertIsNone(self.refusal(SMALL))

    def test_planted_faults_are_refused_by_both(self):
        planted = [(with_value(path, value), (path, why)) for path, value, why in FAULTS]
        planted += [(without(path, key), (path, f"no {key}")) for path, key in REQUIRED]
        for profile, what in planted:
            with self.subTest(what=what):
                self.assertFalse(self.schema.is_valid(profile), "the schema takes it")
                said = self.refusal(profile)
                self.assertIsNotNone(said, "the program takes it")
                self.assertIn("profile", said)
                self.assertLess(len(said), 1000)
        self.assertGreater(len(planted), 60)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
