"""The examples in Python run, and say what the package says."""

import contextlib
import importlib.util
import io
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

import servicetags
from support import missing

EXAMPLES = pathlib.Path(__file__).resolve().parents[2] / "examples"
SAMPLE = EXAMPLES / "data" / "sample.json"


class Recipes(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        spec = importlib.util.spec_from_file_location("recipes",
                                                      EXAMPLES / "python" / "recipes.py")
        cls.recipes = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(cls.recipes)
        cls.snapshot = servicetags.load(SAMPLE)
        cls.tags = [None if dst is None else sorted(match.tag.name for match in
                                                    cls.snapshot.lookup(dst))
                    for dst in cls.recipes.FLOWS["dst"]]
        cls.by_set, cls.by_tag = {}, {}
        for tags, size in zip(cls.tags, cls.recipes.FLOWS["bytes"]):
            if tags is not None:
                joined = ";".join(tags)
                cls.by_set[joined] = cls.by_set.get(joined, 0) + size
            for tag in tags or ():
                cls.by_tag[tag] = cls.by_tag.get(tag, 0) + size
        assert len(cls.by_set) == 3, cls.by_set

    @unittest.skipIf(missing("pandas", "pyarrow"), "LEFT OUT")
    def test_pandas(self):
        self.assertEqual(self.recipes.pandas_column(self.snapshot).to_dict(), self.by_set)

    @unittest.skipIf(missing("polars"), "LEFT OUT")
    def test_polars(self):
        found = dict(self.recipes.polars_expression(self.snapshot).iter_rows())
        self.assertEqual({tag: size for tag, size in found.items() if tag}, self.by_tag)

    @unittest.skipIf(missing("dask", "pandas", "pyarrow"), "LEFT OUT")
    def test_dask(self):
        self.assertEqual(self.recipes.dask_partitions(self.snapshot).to_dict(), self.by_set)

    @unittest.skipIf(missing("duckdb", "pyarrow"), "LEFT OUT")
    def test_duckdb_function(self):
        self.assertEqual(dict(self.recipes.duckdb_function(self.snapshot)), self.by_tag)

    @unittest.skipIf(missing("duckdb", "pyarrow"), "LEFT OUT")
    def test_duckdb_asof_join(self):
        expected = dict(zip(self.recipes.FLOWS["dst"], self.tags))
        found = dict(self.recipes.duckdb_asof_join(self.snapshot))
        self.assertEqual({dst: None if tags is None else sorted(tags)
                          for dst, tags in found.items()}, expected)

    @unittest.skipIf(missing("pyarrow"), "LEFT OUT")
    def test_parquet(self):
        table = self.recipes.parquet_file(self.snapshot)
        self.assertEqual(table.num_rows, self.snapshot.info.prefix_count)
        self.assertEqual(table.column_names, ["tag", "region", "service", "prefix"])
        self.assertEqual(table.schema.metadata[b"cloud"], b"public")


class Readme(unittest.TestCase):
    @unittest.skipIf(missing("pandas", "pyarrow"), "LEFT OUT")
    def test_its_code_runs(self):
        import pandas
        text = (EXAMPLES.parent / "README.md").read_text("utf-8")
        code = re.search(r"```python\n(.*?)```", text, re.DOTALL)[1]
        flows = pandas.DataFrame({"dst": ["198.18.4.7", None]})
        # The network and this machine's files are left out of it.
        for ours, given in (("latest()", "load(SAMPLE)"), ("Refresher()", "Refresher(source=SAMPLE,"
                            " cache=None)"), ('open("allowed.txt")', "io.StringIO('9.9.9.9')")):
            self.assertIn(ours, code)
            code = code.replace(ours, given)
        said = io.StringIO()
        with contextlib.redirect_stdout(said):
            exec(code, {"SAMPLE": SAMPLE, "flows": flows, "io": io})  # pylint: disable=exec-used
        self.assertIn("table inet", said.getvalue())
        self.assertIn("Storage.WestUS", flows["tags"][0])


@unittest.skipIf(missing("pandas", "pyarrow", "matplotlib"), "LEFT OUT")
class TagShares(unittest.TestCase):
    def run_example(self, *arguments):
        ran = subprocess.run([sys.executable, EXAMPLES / "python" / "tag_shares.py", *arguments],
                             capture_output=True, text=True, check=False)
        self.assertEqual((ran.returncode, ran.stderr), (0, ""))
        return ran.stdout

    def test_a_picture_of_a_flow_log(self):
        with tempfile.TemporaryDirectory() as folder:
            picture = pathlib.Path(folder) / "shares.png"
            flows = pathlib.Path(folder) / "flows.csv"
            flows.write_text("dst,bytes\n198.18.4.7,75\n9.9.9.9,20\nnowhere,5\n")
            said = self.run_example(flows, SAMPLE, picture)
            self.assertRegex(said, r": \S+ has 75\.0% of the bytes")
            self.assertEqual(picture.read_bytes()[:8], b"\x89PNG\r\n\x1a\n")
            self.assertGreater(picture.stat().st_size, 10_000)
            self.assertEqual(self.run_example(), "")


if __name__ == "__main__":
    unittest.main()
