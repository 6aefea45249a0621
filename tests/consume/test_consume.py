"""Installs the build into an empty folder and uses it as three other projects would.

Arguments: cmake, the build folder, the compiler."""

import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
CMAKE, BUILD, COMPILER = sys.argv[1:4]
SAMPLE = str(ROOT / "examples" / "data" / "sample.json")
EXPECTED = "AzureActiveDirectory.ServiceEndpoint 192.0.2.0/27\nAzureActiveDirectory 192.0.2.0/26\n"


def cached(name):
    for line in (pathlib.Path(BUILD) / "CMakeCache.txt").read_text().splitlines():
        if line.startswith(name + ":"):
            return line.split("=", 1)[1]
    return ""


SANITIZE = [f"-fsanitize={cached('SERVICETAGS_SANITIZE')}"] if cached("SERVICETAGS_SANITIZE") else []


def run(*command, **options):
    done = subprocess.run(command, capture_output=True, text=True, **options)
    if done.returncode != 0:
        raise AssertionError(f"{command}\n{done.stdout}\n{done.stderr}")
    return done.stdout


class Consume(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.prefix = pathlib.Path(cls.folder.name) / "prefix"
        run(CMAKE, "--install", BUILD, "--prefix", str(cls.prefix))

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def build_with_cmake(self, project):
        build = pathlib.Path(self.folder.name) / project
        run(CMAKE, "-S", str(ROOT / "tests" / "consume" / project), "-B", str(build), "-G", "Ninja",
            f"-DCMAKE_PREFIX_PATH={self.prefix}", f"-DCMAKE_CXX_COMPILER={COMPILER}",
            f"-DCMAKE_CXX_FLAGS={' '.join(SANITIZE)}")
        run(CMAKE, "--build", str(build))
        return str(build / "consumer")

    def test_find_package(self):
        self.assertEqual(run(self.build_with_cmake("find_package"), SAMPLE), EXPECTED)

    def test_add_subdirectory(self):
        self.assertEqual(run(self.build_with_cmake("add_subdirectory"), SAMPLE), EXPECTED)

    def test_pkg_config(self):
        folder = next(self.prefix.rglob("pkgconfig"))
        environment = dict(os.environ, PKG_CONFIG_PATH=str(folder))
        flags = run("pkg-config", "--cflags", "--libs", "servicetags", env=environment)
        program = str(pathlib.Path(self.folder.name) / "with_pkg_config")
        run(COMPILER, "-std=c++20", "-Wall", "-Wextra", "-Werror", *SANITIZE,
            str(ROOT / "tests" / "consume" / "main.cpp"), *flags.split(), "-o", program)
        self.assertEqual(run(program, SAMPLE), EXPECTED)

    def test_the_program_and_its_pages_are_installed(self):
        program = self.prefix / "bin" / "servicetags"
        self.assertIn("servicetags 0.", run(str(program), "--version"))
        for page in ("share/man/man1/servicetags.1", "share/zsh/site-functions/_servicetags",
                     "share/bash-completion/completions/servicetags",
                     "share/fish/vendor_completions.d/servicetags.fish"):
            self.assertTrue((self.prefix / page).read_text().count("\n") > 20, page)

    def test_no_private_header_and_no_json_library_is_installed(self):
        headers = sorted(p.name for p in (self.prefix / "include").rglob("*.hpp"))
        expected = sorted(p.name for p in (ROOT / "include" / "servicetags").glob("*.hpp"))
        self.assertEqual(headers, sorted(expected + ["version.hpp"]))
        for header in (self.prefix / "include").rglob("*.hpp"):
            self.assertNotIn("nlohmann", header.read_text())


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
