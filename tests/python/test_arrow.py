"""Columns of Arrow, pandas and Polars, against one lookup after the other."""

import ipaddress
import os
import pathlib
import random
import sys
import threading
import unittest

import servicetags

TESTS = pathlib.Path(__file__).resolve().parents[1]
SAMPLE = TESTS.parent / "examples" / "data" / "sample.json"
REAL = pathlib.Path(os.environ.get("SERVICETAGS_TEST_DATA", TESTS.parents[1] / "shared" / "data"))


def library(name):
    try:
        return __import__(name)
    except ImportError:
        print(f"LEFT OUT: {name} is not there", file=sys.stderr)
        return None


pyarrow, pandas, polars = library("pyarrow"), library("pandas"), library("polars")


def some_addresses(snapshot, random_, count):
    """Texts at the edges of prefixes and anywhere, some None."""
    edges = [prefix[place] for tag in snapshot.tags for prefix in tag.prefixes[:50]
             for place in (0, -1)]
    for _ in range(count):
        kind = random_.random()
        if kind < 0.1:
            yield None
        elif kind < 0.3:
            yield str(ipaddress.IPv4Address(random_.getrandbits(32)))
        else:
            yield str(random_.choice(edges))


class Columns(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        path = REAL / "ServiceTags_Public_20251028.json"
        if not path.exists():
            print(f"LEFT OUT: no published files in {REAL}", file=sys.stderr)
            path = SAMPLE
        cls.snapshot = servicetags.load(path)
        cls.texts = list(some_addresses(cls.snapshot, random.Random(6), 5000))
        cls.names = [None if text is None else cls.names_of(text) for text in cls.texts]

    @classmethod
    def names_of(cls, address):
        return sorted((match.tag.name for match in cls.snapshot.lookup(address)), key=str.lower)

    @property
    def joined(self):
        return [None if names is None else ";".join(names) for names in self.names]

    def check(self, column, names, joined):
        self.assertEqual(self.snapshot.annotate(column).to_pylist(), names)
        as_dictionary = self.snapshot.annotate(column, form="dictionary")
        self.assertEqual(as_dictionary.to_pylist(), joined)
        sets = self.snapshot.tag_sets(column).to_pylist()
        self.assertEqual([None if number is None else
                          [tag.name for tag in self.snapshot.tag_set(number)] for number in sets],
                         names)
        for answers in (as_dictionary, self.snapshot.annotate(column)):
            answers.validate(full=True)


@unittest.skipIf(pyarrow is None, "LEFT OUT: pyarrow is not there")
class Arrow(Columns):
    def test_text(self):
        for kind in (pyarrow.string(), pyarrow.large_string(), pyarrow.string_view()):
            column = pyarrow.array(self.texts, kind)
            self.check(column, self.names, self.joined)
            self.check(column[7:-9], self.names[7:-9], self.joined[7:-9])
            self.check(column[:0], [], [])

    def test_chunks(self):
        column = pyarrow.chunked_array([self.texts[:1], self.texts[1:1500], [], self.texts[1500:]],
                                       pyarrow.string())
        self.check(column, self.names, self.joined)
        self.assertEqual(self.snapshot.annotate(column).num_chunks, 4)
        self.check(column[:0], [], [])

    def test_numbers_and_bytes(self):
        def values(make, keep):
            return [make(ipaddress.ip_address(text)) if text and keep(text) else None
                    for text in self.texts]

        def v4(text):
            return ":" not in text

        def expected(all_, keep):
            return [one if text and keep(text) else None for text, one in zip(self.texts, all_)]

        for kind in (pyarrow.uint32(), pyarrow.int64(), pyarrow.uint64()):
            column = pyarrow.array(values(int, v4), kind)
            self.check(column, expected(self.names, v4), expected(self.joined, v4))
            self.check(column[3:], expected(self.names, v4)[3:], expected(self.joined, v4)[3:])
        packed = values(lambda address: address.packed, bool)
        self.check(pyarrow.array(packed, pyarrow.binary()), self.names, self.joined)
        self.check(pyarrow.array(packed, pyarrow.large_binary()), self.names, self.joined)
        for size in (4, 16):
            def keep(text, size=size):
                return v4(text) == (size == 4)
            column = pyarrow.array(values(lambda address: address.packed, keep),
                                   pyarrow.binary(size))
            self.check(column, expected(self.names, keep), expected(self.joined, keep))
            self.check(column[5:], expected(self.names, keep)[5:], expected(self.joined, keep)[5:])

    def test_dictionaries(self):
        column = pyarrow.array(self.texts, pyarrow.string()).dictionary_encode()
        self.check(column, self.names, self.joined)
        for index in (pyarrow.int64(), pyarrow.uint16()):
            again = pyarrow.DictionaryArray.from_arrays(column.indices.cast(index),
                                                        column.dictionary)
            self.check(again[11:], self.names[11:], self.joined[11:])

    def test_bad_rows(self):
        rows = ["10.0.0.1", None, "10.0.0", "::1", "x"]
        for column in (pyarrow.array(rows), pyarrow.array(rows).dictionary_encode(),
                       pyarrow.chunked_array([rows[:1], rows[1:]])):
            for ask in (self.snapshot.annotate, self.snapshot.tag_sets):
                with self.assertRaises(servicetags.errors.InvalidAddressError) as caught:
                    ask(column)
                self.assertEqual(caught.exception.where, "address 2")
                nulls = [False, True, True, False, True]
                self.assertEqual(ask(column, policy="null").is_null().to_pylist(), nulls)
                answers, bad = ask(column, policy="mask")
                self.assertEqual(answers.is_null().to_pylist(), nulls)
                self.assertEqual(bad.to_pylist(), [False, False, True, False, True])
        answers, bad = self.snapshot.annotate(pyarrow.array(["::1"]), policy="mask")
        self.assertEqual(bad.to_pylist(), [False])
        unused = pyarrow.DictionaryArray.from_arrays([1, 2], ["unused", None, "wrong"])
        with self.assertRaisesRegex(servicetags.errors.InvalidAddressError, "'wrong'"):
            self.snapshot.annotate(unused)
        with self.assertRaises(servicetags.errors.InvalidAddressError):
            self.snapshot.annotate(pyarrow.array([-1], pyarrow.int64()))
        for wrong in (pyarrow.array([1.5]), pyarrow.array([[1]]), pyarrow.array([1], "int32")):
            with self.assertRaises(TypeError):
                self.snapshot.annotate(wrong)
        with self.assertRaises(ValueError):
            self.snapshot.annotate(pyarrow.array(rows), form="set")

    def test_answers_outlive_what_they_came_from(self):
        snapshot = servicetags.load(SAMPLE)
        answers = [snapshot.annotate(pyarrow.array(["198.18.4.7"]), form=form)
                   for form in ("list", "dictionary")]
        expected = [[match.tag.name for match in snapshot.lookup("198.18.4.7")]]
        del snapshot
        self.assertEqual([sorted(one) for one in answers[0].to_pylist()],
                         [sorted(one) for one in expected])
        self.assertTrue(answers[1].to_pylist()[0])

    def test_threads(self):
        column = pyarrow.array(self.texts, pyarrow.string())
        found = []
        threads = [threading.Thread(
            target=lambda: found.append(self.snapshot.annotate(column).to_pylist() == self.names))
            for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(found, [True] * 4)


@unittest.skipIf(polars is None, "LEFT OUT: Polars is not there")
class Polars(Columns):
    def test_series(self):
        series = polars.Series("address", self.texts)
        tags = self.snapshot.annotate(series)
        self.assertEqual((tags.name, tags.to_list()), ("address", self.names))
        self.assertEqual(self.snapshot.annotate(series, form="dictionary").to_list(), self.joined)
        self.assertEqual(self.snapshot.tag_sets(series).null_count(), self.texts.count(None))
        chunked = series.append(series)
        self.assertEqual(chunked.n_chunks(), 2)
        self.assertEqual(self.snapshot.annotate(chunked).to_list(), self.names * 2)
        self.assertEqual(self.snapshot.annotate(chunked, form="dictionary").to_list(),
                         self.joined * 2)
        empty = self.snapshot.annotate(polars.Series("none", [], dtype=polars.String))
        self.assertEqual((len(empty), empty.name, empty.dtype),
                         (0, "none", polars.List(polars.String)))
        answers, bad = self.snapshot.annotate(polars.Series(["x", None]), policy="mask")
        self.assertEqual((answers.to_list(), bad.to_list()), ([None, None], [True, False]))


@unittest.skipIf(pandas is None or pyarrow is None, "LEFT OUT: pandas or pyarrow is not there")
class Pandas(Columns):
    def test_series(self):
        series = pandas.Series(self.texts, name="address", index=range(5, 5 + len(self.texts)))
        for column in (series, series.astype("string"), series.astype("category")):
            tags = self.snapshot.annotate(column)
            self.assertEqual(tags.name, "address")
            self.assertTrue(tags.index.equals(series.index))
            self.assertEqual([None if one is pandas.NA or one is None else list(one)
                              for one in tags], self.names)
            joined = self.snapshot.annotate(column, form="dictionary")
            self.assertEqual(joined.dtype, "category")
            self.assertEqual(joined.astype(object).where(joined.notna(), None).tolist(),
                             self.joined)
            self.assertEqual(self.snapshot.tag_sets(column).isna().sum(), self.texts.count(None))
        answers, bad = self.snapshot.annotate(pandas.Series(["x", None]), policy="mask")
        self.assertTrue(answers.isna().all())
        self.assertEqual(bad.tolist(), [True, False])

    def test_a_series_of_objects(self):
        series = pandas.Series([ipaddress.ip_address(one) for one in ("198.18.4.7", "::1")])
        series = series.set_axis([7, 5]).rename("address")
        names = [self.names_of("198.18.4.7"), self.names_of("::1")]
        tags = self.snapshot.annotate(series)
        self.assertEqual((tags.tolist(), tags.name), (names, "address"))
        joined = self.snapshot.annotate(series, form="dictionary")
        self.assertEqual((joined.tolist(), joined.dtype), ([";".join(one) for one in names],
                                                           "category"))
        mixed = pandas.Series([series[7], "x", None], index=[3, 2, 1], dtype=object)
        sets, bad = self.snapshot.tag_sets(mixed, policy="mask")
        self.assertEqual(sets.isna().tolist(), [False, True, True])
        self.assertEqual(bad.tolist(), [False, True, False])
        for answer in (tags, joined, sets, bad):
            self.assertIn(answer.index.tolist(), ([7, 5], [3, 2, 1]))

    def test_an_index_and_no_tables(self):
        index = pandas.Index(["198.18.4.7", "::1"], name="address")
        tags = self.snapshot.annotate(index)
        self.assertTrue(tags.index.equals(index))
        self.assertEqual([list(one) for one in tags], [self.names_of(one) for one in index])
        for array in (index.array, pandas.array(["198.18.4.7", None], dtype="string")):
            self.assertEqual(list(self.snapshot.annotate(array)[0]), self.names_of(index[0]))
        with self.assertRaisesRegex(TypeError, "one column"):
            self.snapshot.annotate(index.to_frame())


class Sequences(Columns):
    def test_like_columns(self):
        self.assertEqual(self.snapshot.annotate(self.texts), self.names)
        self.assertEqual(self.snapshot.annotate(self.texts, form="dictionary"), self.joined)


if __name__ == "__main__":
    unittest.main()
