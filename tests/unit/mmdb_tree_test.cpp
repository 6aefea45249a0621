#include "export/mmdb_tree.hpp"

#include <doctest/doctest.h>

#include <utility>

#include "support/make_snapshot.hpp"
#include "support/mmdb_reader.hpp"

using namespace servicetags;
using data::MmdbTree;
using servicetags::testing::address;
using servicetags::testing::MmdbReader;
using servicetags::testing::prefix;

namespace {

MmdbReader read(MmdbTree& tree, std::uint32_t factor = 1, std::size_t data_size = 100'000) {
  return MmdbReader(tree.write([=](std::uint32_t value) { return value * factor; }, data_size));
}

}  // namespace

TEST_CASE("mmdb tree: the longest prefix's value, for both families and IPv4-mapped addresses") {
  MmdbTree tree;
  tree.add(prefix("10.0.0.0/8"), 1);
  tree.add(prefix("10.1.0.0/16"), 2);
  tree.add(prefix("2001:db8::/32"), 3);
  tree.add(prefix("2001:db8::1/128"), 4);
  const MmdbReader reader = read(tree);
  CHECK(reader.find(address("10.0.0.1")) == 1U);
  CHECK(reader.find(address("10.1.255.255")) == 2U);
  CHECK(reader.find(address("10.2.0.0")) == 1U);
  CHECK_FALSE(reader.find(address("11.0.0.0")));
  CHECK(reader.find(address("2001:db8::1")) == 4U);
  CHECK(reader.find(address("2001:db8::2")) == 3U);
  CHECK_FALSE(reader.find(address("2001:db9::")));
  const auto mapped = Address::from_v6(0, 0xffff'0000'0000U | 0x0a01'0000U);
  CHECK(reader.find(mapped) == 2U);
}

TEST_CASE("mmdb tree: whole families, and nothing") {
  MmdbTree nothing;
  CHECK_FALSE(read(nothing).find(address("1.2.3.4")));
  CHECK_FALSE(read(nothing).find(address("::1")));
  MmdbTree all;
  all.add(prefix("0.0.0.0/0"), 1);
  all.add(prefix("::/0"), 2);
  const MmdbReader reader = read(all);
  CHECK(reader.find(address("1.2.3.4")) == 1U);
  CHECK(reader.find(address("ffff::")) == 2U);
  MmdbTree ipv6;
  ipv6.add(prefix("::/0"), 2);
  CHECK_FALSE(read(ipv6).find(address("1.2.3.4")));  // IPv4 is no part of ::/0
}

TEST_CASE("mmdb tree: halves with one value are one") {
  MmdbTree apart;
  apart.add(prefix("10.0.0.0/9"), 1);
  apart.add(prefix("10.128.0.0/9"), 1);
  MmdbTree whole;
  whole.add(prefix("10.0.0.0/8"), 1);
  CHECK(read(apart).written().bytes == read(whole).written().bytes);
}

TEST_CASE("mmdb tree: records of 24, 28 and 32 bits hold the largest place") {
  for (const auto& [size, bits] : {std::pair<std::size_t, int>{(1U << 24U) - 400, 24},
                                   {(1U << 24U), 28},
                                   {(1U << 28U) - 400, 28},
                                   {(1U << 28U), 32}}) {
    MmdbTree tree;
    tree.add(prefix("10.0.0.0/8"), 1);
    tree.add(prefix("2001:db8::/32"), 1);
    const auto last = static_cast<std::uint32_t>(size - 1);
    const MmdbReader reader = read(tree, last, size);
    CHECK(reader.written().bits == bits);
    CHECK(reader.find(address("10.9.9.9")) == last);
    CHECK(reader.find(address("2001:db8::9")) == last);
    CHECK_FALSE(reader.find(address("11.0.0.0")));
  }
}
