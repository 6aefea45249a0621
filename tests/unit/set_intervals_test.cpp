#include "index/set_intervals.hpp"

#include <doctest/doctest.h>

#include "support/make_snapshot.hpp"

using namespace servicetags;
using namespace servicetags::index;
using servicetags::testing::prefix;

namespace {
using V4 = std::vector<Interval<std::uint32_t>>;
using V6 = std::vector<Interval<ip::Uint128>>;
}  // namespace

TEST_CASE("without prefixes there is one interval of the empty set") {
  const PrefixTable table({});
  CHECK(set_intervals<std::uint32_t>(table) == V4{{0, kEmptySet}});
  CHECK(set_intervals<ip::Uint128>(table) == V6{{0, kEmptySet}});
}

TEST_CASE("a prefix inside another cuts it in three") {
  // The drawing in the header.
  const PrefixTable table({{prefix("10.0.0.0/8"), 0}, {prefix("10.1.0.0/16"), 1}});
  const SetId outer = table.set_of(0);
  const SetId inner = table.set_of(1);
  CHECK(set_intervals<std::uint32_t>(table) == V4{{0, kEmptySet},
                                                  {0x0a000000, outer},
                                                  {0x0a010000, inner},
                                                  {0x0a020000, outer},
                                                  {0x0b000000, kEmptySet}});
}

TEST_CASE("neighbours with one set are one interval") {
  const PrefixTable table({{prefix("10.0.0.0/9"), 0},
                           {prefix("10.128.0.0/9"), 0},
                           {prefix("10.3.0.0/16"), 0},
                           {prefix("11.0.0.0/8"), 1}});
  CHECK(set_intervals<std::uint32_t>(table) == V4{{0, kEmptySet},
                                                  {0x0a000000, table.set_of(0)},
                                                  {0x0b000000, table.set_of(3)},
                                                  {0x0c000000, kEmptySet}});
}

TEST_CASE("where prefixes end together, the outermost decides what follows") {
  const PrefixTable table(
      {{prefix("10.0.0.0/8"), 0}, {prefix("10.255.0.0/16"), 1}, {prefix("10.255.255.255/32"), 2}});
  CHECK(set_intervals<std::uint32_t>(table) == V4{{0, kEmptySet},
                                                  {0x0a000000, table.set_of(0)},
                                                  {0x0aff0000, table.set_of(1)},
                                                  {0x0affffff, table.set_of(2)},
                                                  {0x0b000000, kEmptySet}});
}

TEST_CASE("both ends of a family") {
  const PrefixTable table({{prefix("0.0.0.0/0"), 0},
                           {prefix("0.0.0.0/32"), 1},
                           {prefix("255.255.255.255/32"), 2},
                           {prefix("::/0"), 3},
                           {prefix("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128"), 4}});
  CHECK(set_intervals<std::uint32_t>(table) ==
        V4{{0, table.set_of(1)}, {1, table.set_of(0)}, {0xffffffff, table.set_of(2)}});
  CHECK(set_intervals<ip::Uint128>(table) ==
        V6{{0, table.set_of(3)}, {~ip::Uint128{0}, table.set_of(4)}});
}
