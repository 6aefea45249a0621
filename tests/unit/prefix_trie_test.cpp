#include "index/prefix_trie.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "support/make_snapshot.hpp"

using namespace servicetags;
using namespace servicetags::index;
using servicetags::testing::address;
using servicetags::testing::prefix;

namespace {

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

}  // namespace

TEST_CASE("an empty trie finds nothing") {
  CHECK(PrefixTrie().find(address("10.0.0.1")) == kNoEntry);
  CHECK(PrefixTrie(std::span<const Prefix>{}).find(address("::1")) == kNoEntry);
}

TEST_CASE("the longest match wins, and each family has its own trie") {
  const std::vector<Prefix> prefixes{prefix("10.0.0.0/8"),    prefix("10.1.0.0/16"),
                                     prefix("10.2.0.0/16"),   prefix("10.128.0.0/9"),
                                     prefix("2001:db8::/32"), prefix("2001:db8::1/128")};
  const PrefixTrie trie(prefixes);
  CHECK(trie.find(address("10.1.2.3")) == 1);
  CHECK(trie.find(address("10.2.0.0")) == 2);
  CHECK(trie.find(address("10.3.0.0")) == 0);
  CHECK(trie.find(address("10.255.255.255")) == 3);
  CHECK(trie.find(address("11.0.0.0")) == kNoEntry);
  CHECK(trie.find(address("9.255.255.255")) == kNoEntry);
  CHECK(trie.find(address("2001:db8::1")) == 5);
  CHECK(trie.find(address("2001:db8::2")) == 4);
  CHECK(trie.find(address("2001:db9::")) == kNoEntry);
}

TEST_CASE("prefixes of length 0 and of full length work at both ends of both families") {
  const std::vector<Prefix> prefixes{prefix("0.0.0.0/0"),
                                     prefix("0.0.0.0/32"),
                                     prefix("255.255.255.255/32"),
                                     prefix("::/0"),
                                     prefix("::/128"),
                                     prefix("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128")};
  const PrefixTrie trie(prefixes);
  CHECK(trie.find(address("0.0.0.0")) == 1);
  CHECK(trie.find(address("0.0.0.1")) == 0);
  CHECK(trie.find(address("255.255.255.255")) == 2);
  CHECK(trie.find(address("::")) == 4);
  CHECK(trie.find(address("::1")) == 3);
  CHECK(trie.find(address("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")) == 5);
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
      const PrefixTrie trie(prefixes);
      for (unsigned i = 0; i < 8; ++i) {
        const Address query = ip::address_of(base.family(), ip::number_of(base) + i);
        const Entry got = trie.find(query);
        if (got != find_slowly(prefixes, query)) {
          CHECK_MESSAGE(false, to_string(query), " in subset ", subset, " gave ", got);
        }
        ++asked;
      }
      // Just outside the world: nothing, except where the address wraps around to 0.
      const Address before = ip::address_of(base.family(), ip::number_of(base) - 1);
      if (trie.find(before) != kNoEntry) CHECK_MESSAGE(false, "found ", to_string(before));
    }
  }
  CHECK(asked == std::size_t{3} * 8 * (1U << 15U));
}
