// The address space cut where the answer changes.
// Tested by: tests/unit/set_intervals_test.cpp
#pragma once

#include <vector>

#include "index/prefix_table.hpp"
#include "ip/uint128.hpp"

namespace servicetags::index {

/// Every address from `start` up to the start of the next interval has this set.
template <typename Key>
struct Interval {
  Key start;
  SetId set;

  friend bool operator==(const Interval&, const Interval&) = default;
};

/// All of one family, in order: the first starts at 0, neighbours differ in their sets.
///
///     10.0.0.0/8  {a}        |--------- a ---------|
///     10.1.0.0/16 {a b}           |- a b -|
///     intervals          none|- a |- a b -|-- a ---|none
///
/// `Key` is std::uint32_t for IPv4, ip::Uint128 for IPv6. Linear.
template <typename Key>
std::vector<Interval<Key>> set_intervals(const PrefixTable& table);

extern template std::vector<Interval<std::uint32_t>> set_intervals(const PrefixTable& table);
extern template std::vector<Interval<ip::Uint128>> set_intervals(const PrefixTable& table);

}  // namespace servicetags::index
