"""Rules of this repository that no compiler knows: layers, doors, sizes, lists."""

import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]

# Which layers each may include; src/README.md has the picture.
GRANTED = {
    "support": set(),
    "ip": {"support"},
    "json": {"support"},
    "index": {"ip", "support"},
    "document": {"json", "ip", "support"},
    "snapshot": {"document", "index", "ip", "support"},
    "fetch": {"document", "json", "ip", "support"},
    "refresh": {"fetch", "snapshot", "document", "ip", "support"},
    "rules": {"snapshot", "document", "json", "ip", "support"},
    "export": {"rules", "snapshot", "document", "ip", "support"},
}
# Where each public header belongs.
HEADER_LAYER = {
    "error": "support", "result": "support", "version": "support",
    "address": "ip", "address_count": "ip", "prefix": "ip", "prefix_set": "ip", "ip": "ip",
    "tag": "document", "document": "document",
    "snapshot": "snapshot", "compiled": "snapshot", "region": "snapshot", "resolve": "snapshot", "diff": "snapshot",
    "source": "fetch", "cache": "fetch",
    "cached_snapshot": "refresh", "gate": "refresh", "freshness": "refresh", "updater": "refresh", "refresher": "refresh",
    "profile": "rules", "rules": "rules", "allow_list": "rules", "check": "rules",
    "flow_log": "rules", "export": "export", "data_export": "export",
}
# The only places that include each third-party library.
DOORS = {
    r"nlohmann/": r"src/json/",
    r"boost/sort/": r"src/index/prefix_table\.cpp",
    r"boost/interprocess/": r"src/support/image\.cpp",
    r"boost/": r"include/servicetags/(ip|refresher)\.hpp|src/refresh/refresher\.cpp|src/python/refresh\.cpp"
               r"|examples/cli/(host_names|cmd_watch)\.cpp",
    r"curl/": r"src/fetch/libcurl\.hpp",
    r"openssl/": r"src/support/sha256\.cpp",
    r"xxhash\.h": r"src/support/checksum\.cpp",
    r"zlib\.h": r"src/support/gzip\.cpp|examples/cli/block_reader\.cpp",
    r"CLI/": r"examples/cli/",
    r"fmt/": r"examples/cli/",
    r"nanobind/": r"src/python/",
}
INCLUDE = re.compile(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]', re.MULTILINE)


# A standard header, or one of POSIX.
SYSTEM = re.compile(r"[a-z0-9_]+|(?:sys/)?[a-z]+\.h")


def includes(path):
    return INCLUDE.findall(path.read_text(encoding="ascii"))


def layer_of_file(file):
    if file.parts[0] == "include":
        return "umbrella" if file.stem == "servicetags" else HEADER_LAYER.get(file.stem)
    if file.parts[:2] == ("src", "python"):
        return "python"
    if file.parts[0] == "src":
        return file.parts[1] if file.parts[1] in GRANTED else None
    return "examples"


def complaint(file, layer, name):
    """Why this file may not include this, or None."""
    for library, door in DOORS.items():
        if re.match(library, name):
            return None if re.match(door, str(file)) else "has another door"
    folder, _, rest = name.partition("/")
    if folder == "servicetags":
        if layer in ("examples", "python", "umbrella"):
            return None
        target = HEADER_LAYER.get(pathlib.Path(rest).stem)
    elif folder in GRANTED and layer not in ("python", "umbrella") and file.parts[0] == "src":
        target = folder
    elif SYSTEM.fullmatch(name):
        return None
    elif layer in ("examples", "python") and rest == "" and (ROOT / file.parent / name).exists():
        return None
    else:
        return "is nothing that files here may include"
    if target is None:
        return "is in no layer"
    return None if target == layer or target in GRANTED[layer] else f"is above {layer}"


def violations(root):
    """Includes that no rule grants, as text."""
    found = []
    for folder in ("include", "src", "examples"):
        for path in sorted((root / folder).rglob("*.[ch]pp")):
            file = path.relative_to(root)
            layer = layer_of_file(file)
            if layer is None:
                found.append(f"{file}: is in no layer")
                continue
            for name in includes(path):
                why = complaint(file, layer, name)
                if why:
                    found.append(f"{file}: {name} {why}")
    return found


def tracked(*suffixes):
    files = [p for folder in ("include", "src", "examples", "tests", "cmake")
             for p in sorted((ROOT / folder).rglob("*")) if p.suffix in suffixes and p.is_file()]
    return [p for p in files if "__pycache__" not in p.parts]


class Repository(unittest.TestCase):
    def test_includes_go_down_only(self):
        self.assertEqual(violations(ROOT), [])

    def test_a_planted_violation_is_found(self):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            planted = {
                "src/support/up.cpp": "ip/uint128.hpp",
                "src/index/up.cpp": "servicetags/snapshot.hpp",
                "src/ip/up.cpp": "servicetags/servicetags.hpp",
                "src/document/door.cpp": "nlohmann/json.hpp",
                "src/json/relative.cpp": "../ip/uint128.hpp",
                "src/nowhere/layer.cpp": "vector",
                "include/servicetags/private.hpp": "ip/uint128.hpp",
                "include/servicetags/prefix.hpp": "ip/uint128.hpp",
                "examples/private.cpp": "ip/uint128.hpp",
                "examples/tour.cpp": "fmt/format.h",
                "src/python/private.cpp": "ip/uint128.hpp",
                "src/rules/python.cpp": "nanobind/nanobind.h",
            }
            granted = {
                "src/rules/good.cpp": "servicetags/snapshot.hpp",
                "src/support/good.cpp": "sys/stat.h",
                "src/json/good.cpp": "nlohmann/json.hpp",
                "examples/cli/good.cpp": "CLI/CLI.hpp",
                "src/python/good.cpp": "servicetags/snapshot.hpp",
            }
            for name, include in (planted | granted).items():
                path = root / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(f"#include <{include}>\n")
            self.assertEqual(sorted(v.split(":")[0] for v in violations(root)), sorted(planted))

    def test_every_public_header_has_a_test_that_includes_it_first(self):
        headers = [p for p in tracked(".hpp") if p.parts[-3:-1] == ("include", "servicetags")]
        self.assertGreater(len(headers), 15)
        for header in headers:
            if header.stem == "servicetags":
                continue
            test = ROOT / "tests" / "unit" / f"{header.stem}_test.cpp"
            self.assertTrue(test.exists(), f"{header.name} has no test")
            self.assertEqual(includes(test)[0], f"servicetags/{header.name}")

    def test_every_test_on_disk_is_listed(self):
        listed = (ROOT / "tests" / "CMakeLists.txt").read_text()
        tests = [p for p in tracked(".cpp") if p.stem.endswith("_test") and "consume" not in p.parts]
        self.assertGreater(len(tests), 30)
        for test in tests:
            self.assertRegex(listed, rf"\b{test.stem}\b")
        fuzzers = [p for p in tracked(".cpp") if p.stem.endswith("_fuzz")]
        listed = (ROOT / "tests" / "fuzz" / "CMakeLists.txt").read_text()
        for fuzzer in fuzzers:
            self.assertRegex(listed, rf"\b{fuzzer.stem}\b")

    def test_every_source_is_listed(self):
        listed = (ROOT / "src" / "CMakeLists.txt").read_text()
        for path in tracked(".cpp"):
            file = path.relative_to(ROOT)
            if file.parts[0] == "src" and file.parts[1] != "python":
                self.assertIn("/".join(file.parts[1:]), listed)

    def test_every_tested_by_line_names_a_file_that_is_there(self):
        for path in tracked(".cpp", ".hpp"):
            for line in path.read_text().splitlines()[:6]:
                if "Tested by:" not in line:
                    continue
                for name in re.findall(r"[\w/]+\.(?:cpp|py)", line.split("Tested by:")[1]):
                    places = [ROOT / name, ROOT / "tests" / "unit" / name]
                    self.assertTrue(any(p.exists() for p in places), f"{path}: {name}")

    def test_text_is_ascii_and_lines_end_in_newline(self):
        for path in tracked(".cpp", ".hpp", ".sh", ".cmake", ".py", ".txt"):
            text = path.read_bytes()
            self.assertTrue(text.isascii(), path)
            self.assertTrue(text.endswith(b"\n"), path)
            self.assertNotIn(b"\r", text, path)

    def test_files_keep_their_size(self):
        for path in tracked(".cpp", ".hpp"):
            lines = path.read_text().count("\n")
            public = "include" in path.parts
            self.assertLessEqual(lines, 300 if public else 500, path)

    def test_scripts_parse(self):
        scripts = tracked(".sh") + [ROOT / ".ci" / "run"]
        self.assertGreater(len(scripts), 2)
        for script in scripts:
            subprocess.run(["bash", "-n", str(script)], check=True)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
