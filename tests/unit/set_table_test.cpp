#include "index/set_table.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

#include "support/address_bytes.hpp"
#include "support/make_snapshot.hpp"

using namespace servicetags;
using namespace servicetags::index;
using servicetags::testing::address;
using servicetags::testing::prefix;

namespace {

Address6 bytes(const char* text) { return servicetags::testing::bytes_of(address(text)); }

}  // namespace

TEST_CASE("nothing is found in an empty table") {
  const PrefixTable prefixes({});
  const SetTable table(prefixes);
  CHECK(table.find(address("10.0.0.1")) == kEmptySet);
  CHECK(table.find(address("2001:db8::1")) == kEmptySet);
  table.find(std::span<const std::uint32_t>{}, {});
  table.find(std::span<const Address6>{}, {});
}

TEST_CASE("one by one and in batches, by all instructions that there are") {
  const PrefixTable prefixes({{prefix("10.0.0.0/8"), 0},
                              {prefix("10.1.2.0/24"), 1},
                              {prefix("2001:db8::/32"), 2},
                              {prefix("2001:db8:1:2::/64"), 3},
                              {prefix("2001:db8:1:2::40/123"), 4}});
  const auto set_of = [&](const char* text) {
    const Entry entry = prefixes.find(prefix(text).first());
    REQUIRE(prefixes.prefix(entry) == prefix(text));
    return prefixes.set_of(entry);
  };
  for (const Kernels& kernels : usable_kernels()) {
    CAPTURE(kernels.name);
    const SetTable table(prefixes, kernels);
    CHECK(table.find(address("10.1.1.255")) == set_of("10.0.0.0/8"));
    CHECK(table.find(address("10.1.2.0")) == set_of("10.1.2.0/24"));
    CHECK(table.find(address("11.0.0.0")) == kEmptySet);
    CHECK(table.find(address("2001:db8:1:2::3f")) == set_of("2001:db8:1:2::/64"));
    CHECK(table.find(address("2001:db8:1:2::5f")) == set_of("2001:db8:1:2::40/123"));
    CHECK(table.find(address("2001:db8:1:2:1::5f")) == set_of("2001:db8:1:2::/64"));

    const std::vector<std::uint32_t> v4{0x0a010200, 0x0b000000, 0x0a000000};
    std::vector<SetId> sets(3);
    table.find(v4, sets);
    CHECK(sets == std::vector<SetId>{set_of("10.1.2.0/24"), kEmptySet, set_of("10.0.0.0/8")});
    const std::vector<Address6> v6{bytes("2001:db8:1:2::40"), bytes("10.1.2.3"), bytes("::")};
    table.find(v6, sets);
    CHECK(sets ==
          std::vector<SetId>{set_of("2001:db8:1:2::40/123"), set_of("10.1.2.0/24"), kEmptySet});
  }
}

TEST_CASE("a mapped address is IPv4 in a batch, and itself when asked alone") {
  const PrefixTable prefixes({{prefix("10.0.0.0/8"), 0}, {prefix("::/0"), 1}});
  const SetTable table(prefixes);
  CHECK(table.find(Address::from_v6(0, 0xffff'0a00'0001U)) == prefixes.set_of(1));
  const std::vector<Address6> batch{bytes("10.0.0.1"), bytes("11.0.0.1"), bytes("::1")};
  std::vector<SetId> sets(3);
  table.find(batch, sets);
  CHECK(sets == std::vector<SetId>{prefixes.set_of(0), kEmptySet, prefixes.set_of(1)});
}

TEST_CASE("more sets than the IPv4 table can number are found all the same") {
  constexpr std::uint32_t kCount = 70'000;
  std::vector<Item> items;
  for (std::uint32_t i = 0; i < kCount; ++i) {
    items.push_back({Prefix(Address::from_v4(0x0a00'0000U + 16 * i), 30), i});
  }
  const PrefixTable prefixes(std::move(items));
  const SetTable table(prefixes);
  std::vector<std::uint32_t> addresses;
  for (std::uint32_t i = 0; i < kCount; ++i) addresses.push_back(0x0a00'0003U + 16 * i);
  std::vector<SetId> sets(kCount);
  table.find(addresses, sets);
  for (std::uint32_t i = 0; i < kCount; ++i) {
    const bool right = sets[i] == prefixes.set_of(i) &&
                       table.find(Address::from_v4(addresses[i])) == sets[i] &&
                       table.find(Address::from_v4(addresses[i] + 1)) == kEmptySet;
    if (!right) CHECK_MESSAGE(false, i);
  }
}

TEST_CASE("the memory told is what lookups touch") {
  const PrefixTable none({});
  CHECK(SetTable(none).bytes() > 256 * 1024);  // the root of IPv4
  CHECK(SetTable(none).bytes() < 288 * 1024);
}
