"""Sets of addresses against Python's own sets, and against `ipaddress`."""

import ipaddress
import pickle
import random
import unittest

import servicetags
from servicetags import PrefixSet


def small_sets(random_, count):
    """Random prefixes in 192.0.2.0/27, each time with the set of numbers that they hold."""
    base = int(ipaddress.ip_address("192.0.2.0"))
    for _ in range(count):
        networks = []
        for _ in range(random_.randrange(6)):
            length = random_.randrange(27, 33)
            start = base + random_.randrange(32) >> 32 - length << 32 - length
            networks.append(ipaddress.ip_network((start, length)))
        yield networks, {int(address) for network in networks for address in network}


class Algebra(unittest.TestCase):
    def numbers(self, prefix_set):
        return {int(address) for network in prefix_set for address in network}

    def test_as_sets_of_numbers(self):
        random_ = random.Random(7)
        pairs = list(small_sets(random_, 400))
        for (networks, numbers), (others, other_numbers) in zip(pairs, pairs[1:]):
            a, b = PrefixSet(networks), PrefixSet(map(str, others))
            self.assertEqual(self.numbers(a), numbers)
            self.assertEqual(self.numbers(a | b), numbers | other_numbers)
            self.assertEqual(self.numbers(a & b), numbers & other_numbers)
            self.assertEqual(self.numbers(a - b), numbers - other_numbers)
            self.assertEqual(a <= b, numbers <= other_numbers)
            self.assertEqual(a >= b, numbers >= other_numbers)
            self.assertEqual(b in a, other_numbers <= numbers)
            self.assertEqual(a == b, numbers == other_numbers)
            self.assertEqual(a.overlaps(b), bool(numbers & other_numbers))
            self.assertEqual(a.address_count, len(numbers))
            fewest = tuple(ipaddress.collapse_addresses(networks))
            self.assertEqual(a.prefixes, fewest)
            self.assertEqual(servicetags.aggregate(networks), fewest)
            for number in range(min(numbers, default=0), max(numbers, default=0) + 2):
                self.assertEqual(number in a, number in numbers)
            for first, last in a.ranges:
                self.assertLessEqual(set(range(int(first), int(last) + 1)), numbers)
                self.assertNotIn(int(last) + 1, numbers)

    def test_both_families(self):
        both = PrefixSet(["10.0.0.0/8", "2001:db8::/32"])
        self.assertEqual(both.address_count, 2**24 + 2**96)
        self.assertEqual(both.family(4) | both.family(6), both)
        self.assertEqual(PrefixSet.all(6) - both.family(6), both.complement(6))
        self.assertEqual(PrefixSet.all(6).address_count, 2**128)
        self.assertEqual((PrefixSet.all(4) | PrefixSet.all(6)).address_count, 2**128 + 2**32)
        with self.assertRaises(ValueError):
            PrefixSet.all(5)

    def test_made_from_what_people_have(self):
        expected = PrefixSet(["192.0.2.4/30"])
        for given in (["192.0.2.4-192.0.2.7"], [ipaddress.ip_network("192.0.2.4/30")],
                      map(ipaddress.ip_address, ("192.0.2.4", "192.0.2.5", "192.0.2.6",
                                                 "192.0.2.7")),
                      (number for number in range(0xc0000204, 0xc0000208)),
                      [b"\xc0\0\2\4", "192.0.2.5", "192.0.2.6/31"], expected):
            made = PrefixSet(given)
            self.assertEqual(made, expected)
            self.assertEqual(hash(made), hash(expected))
        self.assertEqual(len(PrefixSet()), 0)
        self.assertEqual(pickle.loads(pickle.dumps(expected)), expected)
        self.assertEqual(eval(repr(expected)), expected)  # pylint: disable=eval-used
        self.assertNotEqual(expected, "192.0.2.4/30")
        for wrong in ("192.0.2.4/30", b"\xc0\0\2\4", [None], 7):
            with self.assertRaises(TypeError, msg=wrong):
                PrefixSet(wrong)
        for wrong in (["192.0.2.4/29"], ["x"], ["192.0.2.7-192.0.2.4"]):
            with self.assertRaises(servicetags.errors.InputError, msg=wrong):
                PrefixSet(wrong)
        with self.assertRaises(TypeError):
            expected | ["192.0.2.4"]  # pylint: disable=pointless-statement

    def test_fit(self):
        scattered = PrefixSet(["192.0.2.0/26", "192.0.2.128/26", "198.51.100.0/24"])
        fitted = scattered.fit(2)
        self.assertEqual(fitted, (PrefixSet(["192.0.2.0/24", "198.51.100.0/24"]), 128, 0))
        self.assertEqual(scattered.fit(3), (scattered, 0, 0))
        with self.assertRaises(servicetags.errors.InvalidArgumentError):
            scattered.fit(0)


if __name__ == "__main__":
    unittest.main()
