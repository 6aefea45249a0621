#include "servicetags/prefix_set.hpp"

#include <doctest/doctest.h>

#include <initializer_list>
#include <string>

using namespace servicetags;

namespace {

Prefix prefix(const char* text) { return parse_prefix(text).value(); }
Address address(const char* text) { return parse_address(text).value(); }
AddressRange range(const char* text) { return parse_range(text).value(); }

PrefixSet set_of(std::initializer_list<const char*> texts) {
  std::vector<Prefix> prefixes;
  for (const char* text : texts) prefixes.push_back(prefix(text));
  return PrefixSet(prefixes);
}

PrefixSet set_of_ranges(std::initializer_list<const char*> texts) {
  std::vector<AddressRange> ranges;
  for (const char* text : texts) ranges.push_back(range(text));
  return PrefixSet(ranges);
}

/// The prefixes, separated by blanks.
std::string text(const PrefixSet& set) {
  std::string out;
  for (const Prefix& prefix : set.prefixes()) out += (out.empty() ? "" : " ") + to_string(prefix);
  return out;
}

std::string text(const std::vector<AddressRange>& ranges) {
  std::string out;
  for (const AddressRange& range : ranges) out += (out.empty() ? "" : " ") + to_string(range);
  return out;
}

const PrefixSet kAllV4 = PrefixSet::all(Family::v4);
const PrefixSet kAllV6 = PrefixSet::all(Family::v6);

}  // namespace

TEST_CASE("the empty set has nothing in it") {
  const PrefixSet empty;
  CHECK(empty.empty());
  CHECK(empty.size() == 0);
  CHECK(empty.address_count().is_zero());
  CHECK(empty.ranges().empty());
  CHECK_FALSE(empty.contains(address("0.0.0.0")));
  CHECK_FALSE(empty.contains(address("::")));
  CHECK_FALSE(empty.contains(prefix("::/0")));
  CHECK_FALSE(empty.overlaps(kAllV4));
  CHECK_FALSE(kAllV4.overlaps(empty));
  CHECK(empty.contains(empty));
  CHECK(kAllV4.contains(empty));
  CHECK(PrefixSet(std::span<const Prefix>{}) == empty);
  CHECK(PrefixSet(std::span<const AddressRange>{}) == empty);
  CHECK(aggregate({}).empty());
}

TEST_CASE("prefixes come out sorted, IPv4 first, without repeats and nested ones") {
  const PrefixSet set = set_of({"2001:db8::/32", "10.1.2.0/24", "192.0.2.0/24", "10.0.0.0/8",
                                "2001:db8:1::/48", "192.0.2.0/24", "192.0.2.128/25"});
  CHECK(text(set) == "10.0.0.0/8 192.0.2.0/24 2001:db8::/32");
}

TEST_CASE("halves of one prefix are joined, again and again") {
  CHECK(text(set_of({"10.0.0.0/9", "10.128.0.0/9"})) == "10.0.0.0/8");
  CHECK(text(set_of({"10.0.0.3", "10.0.0.0", "10.0.0.2", "10.0.0.1"})) == "10.0.0.0/30");
  CHECK(text(set_of({"10.0.0.0/24", "10.0.1.0/25", "10.0.1.128/26", "10.0.1.192/26"})) ==
        "10.0.0.0/23");
  CHECK(text(set_of({"0.0.0.0/1", "128.0.0.0/1"})) == "0.0.0.0/0");
  CHECK(text(set_of({"8000::/1", "::/2", "4000::/2"})) == "::/0");
}

TEST_CASE("neighbours that are not halves of one prefix stay apart") {
  CHECK(text(set_of({"10.0.1.0/24", "10.0.2.0/24"})) == "10.0.1.0/24 10.0.2.0/24");
  CHECK(text(set_of({"10.0.0.0/24", "10.0.1.0/25"})) == "10.0.0.0/24 10.0.1.0/25");
  CHECK(text(set_of({"255.255.255.255", "::"})) == "255.255.255.255/32 ::/128");
  CHECK(text(set_of({"0.0.0.0/0", "::/0"})) == "0.0.0.0/0 ::/0");
}

TEST_CASE("aggregate() gives the prefixes of the set") {
  const std::vector<Prefix> prefixes = {prefix("10.0.1.0/24"), prefix("10.0.0.0/24")};
  CHECK(aggregate(prefixes) == std::vector{prefix("10.0.0.0/23")});
}

TEST_CASE("ranges in any order, nested, overlapping or touching make one set") {
  const PrefixSet expected = set_of({"10.0.0.0/24"});
  CHECK(set_of_ranges({"10.0.0.0-10.0.0.255"}) == expected);
  CHECK(set_of_ranges({"10.0.0.128-10.0.0.255", "10.0.0.0-10.0.0.127"}) == expected);
  CHECK(set_of_ranges({"10.0.0.7-10.0.0.255", "10.0.0.0-10.0.0.99"}) == expected);
  CHECK(set_of_ranges({"10.0.0.0-10.0.0.255", "10.0.0.3-10.0.0.5", "10.0.0.4-10.0.0.4"}) ==
        expected);
  CHECK(set_of_ranges({"10.0.0.0-10.0.0.99", "10.0.0.0-10.0.0.255", "10.0.0.0-10.0.0.9"}) ==
        expected);
  CHECK(text(set_of_ranges({"10.0.0.1-10.0.0.6", "10.0.0.8-10.0.0.8"})) ==
        "10.0.0.1/32 10.0.0.2/31 10.0.0.4/31 10.0.0.6/32 10.0.0.8/32");
}

TEST_CASE("ranges reach both ends of a family and never cross into the other") {
  CHECK(set_of_ranges({"0.0.0.0-255.255.255.255"}) == kAllV4);
  CHECK(set_of_ranges({"::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"}) == kAllV6);
  CHECK(set_of_ranges({"8000::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
                       "::-7fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"}) == kAllV6);
  const PrefixSet edges = set_of_ranges({"::-::1", "255.255.255.254-255.255.255.255"});
  CHECK(text(edges) == "255.255.255.254/31 ::/127");
  CHECK(text(edges.ranges()) == "255.255.255.254/31 ::/127");
  // As numbers, the last of IPv4 and what follows it.
  CHECK(text(set_of({"255.255.255.255", "::1:0:0"}).ranges()) == "255.255.255.255/32 ::1:0:0/128");
}

TEST_CASE("ranges() joins prefixes that touch") {
  CHECK(text(set_of({"10.0.0.1", "10.0.0.2/31", "10.0.0.4", "10.0.0.6"}).ranges()) ==
        "10.0.0.1-10.0.0.4 10.0.0.6/32");
  CHECK(text(set_of({"::ffff:ffff:ffff:ffff", "0:0:0:1::"}).ranges()) ==
        "::ffff:ffff:ffff:ffff-0:0:0:1::");
  CHECK(kAllV6.ranges() == std::vector{AddressRange::of(prefix("::/0"))});
}

TEST_CASE("address_count() is exact over both families") {
  CHECK(to_string(set_of({"10.0.0.0/24", "10.0.0.0/25", "192.0.2.1"}).address_count()) == "257");
  CHECK(to_string(kAllV4.address_count()) == "4294967296");
  CHECK(to_string(kAllV6.address_count()) == "340282366920938463463374607431768211456");
  CHECK(to_string(unite(kAllV4, kAllV6).address_count()) ==
        "340282366920938463463374607436063178752");
}

TEST_CASE("family() is the part of one family") {
  const PrefixSet set = set_of({"10.0.0.0/8", "2001:db8::/32", "192.0.2.0/24"});
  CHECK(text(set.family(Family::v4)) == "10.0.0.0/8 192.0.2.0/24");
  CHECK(text(set.family(Family::v6)) == "2001:db8::/32");
  CHECK(kAllV4.family(Family::v6).empty());
}

TEST_CASE("contains() an address from the first to the last of each prefix") {
  const PrefixSet set = set_of({"10.0.0.0/30", "10.0.0.8/30", "2001:db8::/126"});
  for (const char* inside :
       {"10.0.0.0", "10.0.0.3", "10.0.0.8", "10.0.0.11", "2001:db8::", "2001:db8::3"}) {
    CHECK_MESSAGE(set.contains(address(inside)), inside);
  }
  for (const char* outside : {"0.0.0.0", "9.255.255.255", "10.0.0.4", "10.0.0.7", "10.0.0.12",
                              "255.255.255.255", "::", "::a00:0", "2001:db8::4"}) {
    CHECK_MESSAGE(!set.contains(address(outside)), outside);
  }
}

TEST_CASE("contains() a prefix only as a whole, also when joined from several") {
  const PrefixSet set = set_of({"10.0.0.0/25", "10.0.0.128/25", "10.0.2.0/24"});
  CHECK(set.contains(prefix("10.0.0.0/24")));
  CHECK(set.contains(prefix("10.0.0.64/26")));
  CHECK_FALSE(set.contains(prefix("10.0.0.0/23")));
  CHECK_FALSE(set.contains(prefix("10.0.0.0/22")));
  CHECK_FALSE(set.contains(prefix("0.0.0.0/0")));
  CHECK_FALSE(set.contains(prefix("::/0")));
}

TEST_CASE("sets contain and overlap each other") {
  const PrefixSet set = set_of({"10.0.0.0/24", "10.0.2.0/24", "2001:db8::/32"});
  CHECK(set.contains(set));
  CHECK(set.contains(set_of({"10.0.0.7", "2001:db8:1::/48"})));
  CHECK_FALSE(set.contains(set_of({"10.0.0.7", "10.0.1.0"})));
  CHECK_FALSE(set.contains(set_of({"10.0.0.0/23"})));
  CHECK(set.overlaps(set_of({"10.0.0.0/23"})));
  CHECK(set.overlaps(set_of({"9.0.0.0/8", "10.0.1.0/24", "10.0.2.255", "::/128"})));
  CHECK(set.overlaps(kAllV6));
  CHECK_FALSE(set.overlaps(set_of({"10.0.1.0/24", "10.0.3.0/24", "2001:db9::/32"})));
}

TEST_CASE("unite, intersect and subtract as on paper") {
  const PrefixSet a = set_of({"10.0.0.0/24", "10.0.2.0/24", "2001:db8::/32"});
  const PrefixSet b = set_of({"10.0.0.128/25", "10.0.1.0/24", "10.0.2.0/23", "::/0"});
  CHECK(text(unite(a, b)) == "10.0.0.0/22 ::/0");
  CHECK(text(intersect(a, b)) == "10.0.0.128/25 10.0.2.0/24 2001:db8::/32");
  CHECK(text(subtract(a, b)) == "10.0.0.0/25");
  CHECK(text(subtract(set_of({"10.0.0.0/29"}), set_of({"10.0.0.0", "10.0.0.5"}))) ==
        "10.0.0.1/32 10.0.0.2/31 10.0.0.4/32 10.0.0.6/31");
}

TEST_CASE("complement() is of one family, whatever else the set holds") {
  CHECK(complement({}, Family::v4) == kAllV4);
  CHECK(complement({}, Family::v6) == kAllV6);
  CHECK(complement(kAllV4, Family::v4).empty());
  CHECK(complement(kAllV6, Family::v6).empty());
  CHECK(complement(kAllV4, Family::v6) == kAllV6);
  const PrefixSet set = set_of({"128.0.0.0/1", "64.0.0.0/2", "8000::/1"});
  CHECK(text(complement(set, Family::v4)) == "0.0.0.0/2");
  CHECK(text(complement(set, Family::v6)) == "::/1");
  const PrefixSet last = set_of({"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"});
  CHECK(complement(last, Family::v6).size() == 128);
  CHECK_FALSE(complement(last, Family::v6).overlaps(last));
}

TEST_CASE("equal sets are equal values, whichever prefixes made them") {
  CHECK(set_of({"10.0.0.0/24", "10.0.1.0/24"}) == set_of({"10.0.1.7", "10.0.0.0/23"}));
  CHECK(set_of({"10.0.0.0/24"}) != set_of({"10.0.0.0/23"}));
  CHECK(set_of({"::/96"}) != set_of({"0.0.0.0/0"}));
}
