#include "index/prefix_table.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <utility>

#include "support/make_snapshot.hpp"

using namespace servicetags;
using namespace servicetags::index;
using servicetags::testing::address;
using servicetags::testing::prefix;

namespace {
using Values = std::vector<std::uint32_t>;
Values own(const PrefixTable& table, Entry entry) {
  return {table.values(entry).begin(), table.values(entry).end()};
}
Values all(const PrefixTable& table, Entry entry) {
  return {table.all_values(entry).begin(), table.all_values(entry).end()};
}

/// The slow twin: the longest of all prefixes that hold the address.
Entry find_slowly(const std::vector<Prefix>& prefixes, const Address& address) {
  Entry longest = kNoEntry;
  for (Entry i = 0; i < prefixes.size(); ++i) {
    if (!prefixes[i].contains(address)) continue;
    if (longest == kNoEntry || prefixes[longest].length() < prefixes[i].length()) longest = i;
  }
  return longest;
}

/// All prefixes of a world of 2^bits addresses that starts at `base`.
std::vector<Prefix> world_prefixes(const Address& base, unsigned bits) {
  std::vector<Prefix> prefixes;
  const unsigned width = address_bits(base.family());
  for (unsigned length = width - bits; length <= width; ++length) {
    const unsigned host_bits = width - length;
    for (unsigned i = 0; i < (1U << (bits - host_bits)); ++i) {
      const ip::Uint128 number = ip::number_of(base) + (ip::Uint128{i} << host_bits);
      prefixes.emplace_back(ip::address_of(base.family(), number), length);
    }
  }
  return prefixes;
}

PrefixTable table_of(const std::vector<Prefix>& prefixes) {
  std::vector<Item> items;
  for (const Prefix& prefix : prefixes) items.push_back({prefix, 0});
  return PrefixTable(std::move(items));
}

}  // namespace

TEST_CASE("an empty table has no prefixes and no sets") {
  const PrefixTable table({});
  CHECK(table.size() == 0);
  CHECK(table.set_count() == 1);
  CHECK(table.set(kEmptySet).empty());
}

TEST_CASE("prefixes are sorted, once each, with their values ascending") {
  const PrefixTable table({{prefix("10.1.0.0/16"), 7},
                           {prefix("2001:db8::/32"), 1},
                           {prefix("10.0.0.0/8"), 3},
                           {prefix("10.1.0.0/16"), 2},
                           {prefix("10.1.0.0/16"), 7}});
  REQUIRE(table.size() == 3);
  CHECK(table.prefix(0) == prefix("10.0.0.0/8"));
  CHECK(table.prefix(1) == prefix("10.1.0.0/16"));
  CHECK(table.prefix(2) == prefix("2001:db8::/32"));
  CHECK(own(table, 0) == Values{3});
  CHECK(own(table, 1) == Values{2, 7});
  CHECK(own(table, 2) == Values{1});
}

TEST_CASE("a parent is the longest prefix around, never a neighbour or the other family") {
  const PrefixTable table({{prefix("0.0.0.0/0"), 0},
                           {prefix("10.0.0.0/8"), 1},
                           {prefix("10.1.0.0/16"), 2},
                           {prefix("10.1.2.0/24"), 3},
                           {prefix("10.2.0.0/16"), 4},
                           {prefix("11.0.0.0/8"), 5},
                           {prefix("::/64"), 6},
                           {prefix("::1/128"), 7}});
  CHECK(table.parent(0) == kNoEntry);
  CHECK(table.parent(1) == 0);
  CHECK(table.parent(2) == 1);
  CHECK(table.parent(3) == 2);
  CHECK(table.parent(4) == 1);
  CHECK(table.parent(5) == 0);
  CHECK(table.parent(6) == kNoEntry);
  CHECK(table.parent(7) == 6);
}

TEST_CASE("sets hold what stands around, and equal sets are shared") {
  // The drawing in the header.
  const PrefixTable table({{prefix("10.0.0.0/8"), 0},
                           {prefix("10.1.0.0/16"), 1},
                           {prefix("10.1.0.0/16"), 2},
                           {prefix("10.1.2.0/24"), 0},
                           {prefix("10.9.0.0/16"), 1}});
  CHECK(all(table, 0) == Values{0});
  CHECK(all(table, 1) == Values{0, 1, 2});
  CHECK(all(table, 2) == Values{0, 1, 2});
  CHECK(all(table, 3) == Values{0, 1});
  CHECK(table.all_values(1).data() == table.all_values(2).data());
  CHECK(table.set_of(1) == table.set_of(2));
  CHECK(table.set_count() == 4);  // the empty one is among them
}

TEST_CASE("an empty table finds nothing, nor one of the other family") {
  CHECK(PrefixTable({}).find(address("10.0.0.1")) == kNoEntry);
  CHECK(PrefixTable({}).find(address("::1")) == kNoEntry);
  CHECK(table_of({prefix("10.0.0.0/8")}).find(address("::1")) == kNoEntry);
  CHECK(table_of({prefix("::/0")}).find(address("10.0.0.1")) == kNoEntry);
}

TEST_CASE("the longest match wins, and each family is apart") {
  const std::vector<Prefix> prefixes{prefix("10.0.0.0/8"),    prefix("10.1.0.0/16"),
                                     prefix("10.2.0.0/16"),   prefix("10.128.0.0/9"),
                                     prefix("2001:db8::/32"), prefix("2001:db8::1/128")};
  const PrefixTable table = table_of(prefixes);
  CHECK(table.find(address("10.1.2.3")) == 1);
  CHECK(table.find(address("10.2.0.0")) == 2);
  CHECK(table.find(address("10.3.0.0")) == 0);
  CHECK(table.find(address("10.255.255.255")) == 3);
  CHECK(table.find(address("11.0.0.0")) == kNoEntry);
  CHECK(table.find(address("9.255.255.255")) == kNoEntry);
  CHECK(table.find(address("2001:db8::1")) == 5);
  CHECK(table.find(address("2001:db8::2")) == 4);
  CHECK(table.find(address("2001:db9::")) == kNoEntry);
}

TEST_CASE("prefixes of length 0 and of full length work at both ends of both families") {
  const std::vector<Prefix> prefixes{prefix("0.0.0.0/0"),
                                     prefix("0.0.0.0/32"),
                                     prefix("255.255.255.255/32"),
                                     prefix("::/0"),
                                     prefix("::/128"),
                                     prefix("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128")};
  const PrefixTable table = table_of(prefixes);
  CHECK(table.find(address("0.0.0.0")) == 1);
  CHECK(table.find(address("0.0.0.1")) == 0);
  CHECK(table.find(address("255.255.255.255")) == 2);
  CHECK(table.find(address("::")) == 4);
  CHECK(table.find(address("::1")) == 3);
  CHECK(table.find(address("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")) == 5);
}

TEST_CASE("a value's entries are those where it stands itself") {
  const PrefixTable table({{prefix("10.0.0.0/8"), 0},
                           {prefix("10.1.0.0/16"), 1},
                           {prefix("10.1.0.0/16"), 2},
                           {prefix("10.1.2.0/24"), 0},
                           {prefix("2001:db8::/32"), 0},
                           {prefix("2001:db8::/48"), 1}});
  CHECK(table.entries_of(0) == std::vector<Entry>{0, 2, 3});
  CHECK(table.entries_of(1) == std::vector<Entry>{1, 4});
  CHECK(table.entries_of(2) == std::vector<Entry>{1});
  CHECK(table.entries_of(3).empty());
  CHECK(PrefixTable({}).entries_of(0).empty());
}

TEST_CASE("arrays are sound when each parent comes before, in its own family") {
  const PrefixTable table({{prefix("10.0.0.0/8"), 0},
                           {prefix("10.1.0.0/16"), 0},
                           {prefix("2001:db8::/32"), 0},
                           {prefix("2001:db8::/48"), 0}});
  const auto is_sound = [&](Entry entry, Entry parent) {
    std::vector<Entry> parents(table.arrays().parents.begin(), table.arrays().parents.end());
    parents[entry] = parent;
    PrefixTable::Arrays arrays = table.arrays();
    arrays.parents = parents;
    return PrefixTable::are_sound(arrays, 1);
  };
  CHECK(is_sound(1, 0));
  CHECK(is_sound(1, kNoEntry));
  CHECK(is_sound(3, 2));
  CHECK(is_sound(3, kNoEntry));
  for (const std::pair<Entry, Entry>& link : std::vector<std::pair<Entry, Entry>>{
           {0, 0}, {1, 1}, {1, 2}, {1, kNoEntry - 1}, {2, 1}, {2, 2}, {3, 0}, {3, 1}, {3, 3}}) {
    CAPTURE(link.first);
    CAPTURE(link.second);
    CHECK_FALSE(is_sound(link.first, link.second));
  }
}

TEST_CASE("arrays of unequal sizes, and numbers beyond their limits, are not sound") {
  const PrefixTable table({{prefix("10.0.0.0/8"), 6}, {prefix("2001:db8::/32"), 6}});
  CHECK(PrefixTable::are_sound(table.arrays(), 7));
  CHECK_FALSE(PrefixTable::are_sound(table.arrays(), 6));
  const auto with = [&](auto column, std::vector<std::uint32_t> numbers) {
    PrefixTable::Arrays arrays = table.arrays();
    arrays.*column = numbers;
    return PrefixTable::are_sound(arrays, 7);
  };
  CHECK(with(&PrefixTable::Arrays::sets, {1, 1}));
  CHECK_FALSE(with(&PrefixTable::Arrays::sets, {1}));
  CHECK_FALSE(with(&PrefixTable::Arrays::sets, {1, 2}));  // of entries, not of addresses
  CHECK(with(&PrefixTable::Arrays::own_sets, {2, 1}));
  CHECK_FALSE(with(&PrefixTable::Arrays::own_sets, {2, 3}));
  CHECK_FALSE(with(&PrefixTable::Arrays::set_offsets, {0, 0, 2, 1}));
  PrefixTable::Arrays arrays = table.arrays();
  for (const std::array<std::uint8_t, 2> lengths :
       {std::array<std::uint8_t, 2>{33, 32}, std::array<std::uint8_t, 2>{8, 129}}) {
    arrays.lengths = lengths;
    CHECK_FALSE(PrefixTable::are_sound(arrays, 7));
  }
}

TEST_CASE("every set of prefixes of a small world gives the linear answer everywhere") {
  // 15 prefixes over 8 addresses: 2^15 sets, each asked for every address in and around.
  const Address bases[] = {Address::from_v4(0xfffffff8), Address::from_v4(0x0a000000),
                           Address::from_v6(0x20010db8'00000000, 0)};
  std::size_t asked = 0;
  for (const Address& base : bases) {
    std::vector<Prefix> world = world_prefixes(base, 3);
    REQUIRE(world.size() == 15);
    std::sort(world.begin(), world.end());
    for (unsigned subset = 0; subset < (1U << 15U); ++subset) {
      std::vector<Prefix> prefixes;
      for (unsigned i = 0; i < 15; ++i) {
        if ((subset >> i & 1U) != 0) prefixes.push_back(world[i]);
      }
      const PrefixTable table = table_of(prefixes);
      for (unsigned i = 0; i < 8; ++i) {
        const Address query = ip::address_of(base.family(), ip::number_of(base) + i);
        const Entry got = table.find(query);
        if (got != find_slowly(prefixes, query)) {
          CHECK_MESSAGE(false, to_string(query), " in subset ", subset, " gave ", got);
        }
        ++asked;
      }
      // Just outside the world: nothing, except where the address wraps around to 0.
      const Address before = ip::address_of(base.family(), ip::number_of(base) - 1);
      if (table.find(before) != kNoEntry) CHECK_MESSAGE(false, "found ", to_string(before));
    }
  }
  CHECK(asked == std::size_t{3} * 8 * (1U << 15U));
}
