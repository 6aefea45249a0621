// Which values stand at which prefix, and which at the prefixes around it. Knows
// nothing of tags.
// Tested by: tests/unit/prefix_table_test.cpp, tests/property/find_vs_linear_test.cpp
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <utility>
#include <vector>

#include "ip/uint128.hpp"
#include "servicetags/prefix.hpp"

namespace servicetags::index {

/// A place in the table, or kNoEntry.
using Entry = std::uint32_t;
inline constexpr Entry kNoEntry = std::numeric_limits<Entry>::max();

/// A set of values.
using SetId = std::uint32_t;
/// The set of the addresses in no prefix.
inline constexpr SetId kEmptySet = 0;

/// One value at one prefix.
struct Item {
  Prefix prefix;
  std::uint32_t value;
};

/// Every distinct prefix once, sorted: a prefix comes right before all it contains, so
/// what lies inside a prefix is one run of entries.
///
///     entry   prefix          parent   own values   all values (a shared set)
///     0       10.0.0.0/8      -        {a}          {a}
///     1       10.1.0.0/16     0        {b c}        {a b c}
///     2       10.1.2.0/24     1        {a}          {a b c}   the same set as entry 1
///     3       10.9.0.0/16     0        {b}          {a b}
///
/// The set of the longest match is the whole answer for an address. Immutable; each column is
/// an array of numbers, so that a file can hold the table as it is.
class PrefixTable {
 public:
  /// Its columns; an entry of IPv6 follows all of IPv4.
  struct Arrays {
    std::span<const std::uint32_t> v4_networks;
    std::span<const ip::Uint128> v6_networks;
    std::span<const std::uint8_t> lengths;  ///< of the prefixes, by entry
    std::span<const Entry> parents;         ///< by entry
    std::span<const SetId> sets;            ///< all values, by entry
    std::span<const SetId> own_sets;        ///< the values at just this prefix, by entry
    std::span<const std::uint32_t> members;
    std::span<const std::uint32_t> set_offsets;  ///< into members; one more than sets
    std::size_t set_count = 0;                   ///< those of addresses, which come first
  };

  /// Items in any order; repeats are dropped. REQUIRES fewer than kNoEntry items.
  explicit PrefixTable(std::vector<Item> items);
  /// A table that is elsewhere, and stays there. REQUIRES are_sound(arrays).
  static PrefixTable over(const Arrays& arrays) { return {Storage{}, arrays}; }
  PrefixTable(PrefixTable&&) noexcept = default;
  PrefixTable& operator=(PrefixTable&&) noexcept = default;

  /// Whether a table over these arrays stays inside them and comes to an end, whatever it is
  /// asked, and every value is below `value_count`. That says nothing of its answers.
  static bool are_sound(const Arrays& arrays, std::size_t value_count) noexcept;

  [[nodiscard]] const Arrays& arrays() const noexcept { return arrays_; }
  /// How many prefixes there are.
  [[nodiscard]] std::size_t size() const noexcept { return arrays_.lengths.size(); }
  [[nodiscard]] Prefix prefix(Entry entry) const noexcept;

  /// The longest prefix that holds the address, or kNoEntry. IPv4-mapped addresses are looked
  /// up as they are. A binary search, and a step for each prefix that ends before the address.
  [[nodiscard]] Entry find(const Address& address) const noexcept;
  /// The first entry whose network is above the address, or size().
  [[nodiscard]] Entry first_above(const Address& address) const noexcept;

  /// The entries with this value at just their prefix, ascending. Looks at all entries.
  [[nodiscard]] std::vector<Entry> entries_of(std::uint32_t value) const;

  /// The longest prefix that contains this one, or kNoEntry.
  [[nodiscard]] Entry parent(Entry entry) const noexcept { return arrays_.parents[entry]; }
  /// The values at just this prefix, ascending.
  [[nodiscard]] std::span<const std::uint32_t> values(Entry entry) const noexcept {
    return set(arrays_.own_sets[entry]);
  }
  /// The values at this prefix and at all that contain it, ascending.
  [[nodiscard]] std::span<const std::uint32_t> all_values(Entry entry) const noexcept {
    return set(set_of(entry));
  }
  /// The number of all_values(entry): equal sets have one number. Never kEmptySet.
  [[nodiscard]] SetId set_of(Entry entry) const noexcept { return arrays_.sets[entry]; }
  /// Its values, ascending. REQUIRES set < set_count().
  [[nodiscard]] std::span<const std::uint32_t> set(SetId set) const noexcept {
    const std::uint32_t first = arrays_.set_offsets[set];
    return arrays_.members.subspan(first, arrays_.set_offsets[set + 1] - first);
  }
  /// How many different sets addresses have, kEmptySet among them.
  [[nodiscard]] std::size_t set_count() const noexcept { return arrays_.set_count; }

 private:
  struct Storage {
    std::vector<std::uint32_t> v4_networks;
    std::vector<ip::Uint128> v6_networks;
    std::vector<std::uint8_t> lengths;
    std::vector<Entry> parents;
    std::vector<SetId> sets;
    std::vector<SetId> own_sets;
    std::vector<std::uint32_t> members;
    std::vector<std::uint32_t> set_offsets;
  };
  class Builder;

  PrefixTable(Storage storage, const Arrays& arrays)
      : storage_(std::move(storage)), arrays_(arrays) {}

  Storage storage_;  // empty when the arrays are elsewhere
  Arrays arrays_;
};

}  // namespace servicetags::index
