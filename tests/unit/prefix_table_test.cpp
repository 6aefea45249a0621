#include "index/prefix_table.hpp"

#include <doctest/doctest.h>

#include "support/make_snapshot.hpp"

using namespace servicetags;
using namespace servicetags::index;
using servicetags::testing::prefix;

namespace {
using Values = std::vector<std::uint32_t>;
Values own(const PrefixTable& table, Entry entry) {
  return {table.values(entry).begin(), table.values(entry).end()};
}
Values all(const PrefixTable& table, Entry entry) {
  return {table.all_values(entry).begin(), table.all_values(entry).end()};
}
}  // namespace

TEST_CASE("an empty table has no prefixes and no sets") {
  const PrefixTable table({});
  CHECK(table.prefixes().empty());
  CHECK(table.set_count() == 1);
  CHECK(table.set(kEmptySet).empty());
}

TEST_CASE("prefixes are sorted, once each, with their values ascending") {
  const PrefixTable table({{prefix("10.1.0.0/16"), 7},
                           {prefix("2001:db8::/32"), 1},
                           {prefix("10.0.0.0/8"), 3},
                           {prefix("10.1.0.0/16"), 2},
                           {prefix("10.1.0.0/16"), 7}});
  REQUIRE(table.prefixes().size() == 3);
  CHECK(table.prefixes()[0] == prefix("10.0.0.0/8"));
  CHECK(table.prefixes()[1] == prefix("10.1.0.0/16"));
  CHECK(table.prefixes()[2] == prefix("2001:db8::/32"));
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
