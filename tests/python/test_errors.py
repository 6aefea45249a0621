"""Each kind of error has its class, and keeps what it knows."""

import pathlib
import pickle
import re
import tempfile
import unittest

import servicetags
from servicetags import errors

HEADER = pathlib.Path(__file__).resolve().parents[2] / "include" / "servicetags" / "error.hpp"


class Errors(unittest.TestCase):
    def test_every_code_of_the_library_has_a_class(self):
        codes = re.findall(r"^  ([a-z_]+) = [0-9]+,", HEADER.read_text("ascii"), re.MULTILINE)
        self.assertGreater(len(codes), 20)
        self.assertEqual(set(errors.CLASSES), set(codes))

    def test_each_says_code_place_and_byte_and_can_be_pickled(self):
        for code in errors.CLASSES:
            error = errors.make_error(code, "it is wrong", "file.json", 7)
            self.assertEqual((error.code, error.where, error.offset), (code, "file.json", 7))
            self.assertEqual(str(error), "file.json: it is wrong (byte 7)")
            again = pickle.loads(pickle.dumps(error))
            self.assertIs(type(again), type(error))
            self.assertEqual(str(again), str(error))

    def test_natural_bases(self):
        for code, base in {"invalid_address": ValueError, "malformed_json": ValueError,
                           "io_failed": OSError, "timed_out": TimeoutError,
                           "network_failed": ConnectionError, "unauthorized": PermissionError,
                           "no_data": LookupError}.items():
            self.assertTrue(issubclass(errors.CLASSES[code], base), code)

    def test_raised_by_the_library(self):
        with self.assertRaises(errors.IoFailedError) as caught:
            servicetags.load("/nowhere/tags.json")
        self.assertEqual(caught.exception.where, "/nowhere/tags.json")
        with self.assertRaises(errors.MalformedJsonError) as caught:
            servicetags.parse('{"values": ')
        self.assertIsNotNone(caught.exception.offset)
        with self.assertRaises(errors.UnexpectedShapeError):
            servicetags.parse("{}")
        with self.assertRaises(errors.InvalidArgumentError):
            servicetags.parse("{}", cloud="mars")
        snapshot = servicetags.parse('{"cloud": "China", "changeNumber": 1, "values": [{"name": "A",'
                                     '"id": "A", "properties": {"addressPrefixes": []}}]}')
        data = bytearray(snapshot.compile())
        with self.assertRaises(errors.WrongCloudError):
            servicetags.parse(bytes(data), cloud="public")
        data[-1] ^= 1
        with self.assertRaises(errors.MalformedSnapshotError):
            servicetags.parse(bytes(data))
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "tags.stc"
            path.write_bytes(snapshot.compile())
            self.assertEqual(servicetags.load(path).info.cloud, "china")


if __name__ == "__main__":
    unittest.main()
