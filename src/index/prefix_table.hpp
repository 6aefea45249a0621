// Which values stand at which prefix, and which at the prefixes around it. Knows
// nothing of tags.
// Tested by: tests/unit/prefix_table_test.cpp
#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "servicetags/prefix.hpp"

namespace servicetags::index {

/// A place in the table, or kNoEntry.
using Entry = std::uint32_t;
inline constexpr Entry kNoEntry = std::numeric_limits<Entry>::max();

/// A set of values that some addresses have.
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
///     entry   prefix          parent   values   all values (a shared set)
///     0       10.0.0.0/8      -        a        {a}
///     1       10.1.0.0/16     0        b c      {a b c}
///     2       10.1.2.0/24     1        a        {a b c}   the same set as entry 1
///     3       10.9.0.0/16     0        b        {a b}
///
/// The set of the longest match is the whole answer for an address. Immutable.
class PrefixTable {
 public:
  /// Items in any order; repeats are dropped. REQUIRES fewer than kNoEntry items.
  explicit PrefixTable(std::vector<Item> items);

  [[nodiscard]] std::span<const Prefix> prefixes() const noexcept { return prefixes_; }
  /// The longest prefix that contains this one, or kNoEntry.
  [[nodiscard]] Entry parent(Entry entry) const noexcept { return parents_[entry]; }
  /// The values at just this prefix, ascending.
  [[nodiscard]] std::span<const std::uint32_t> values(Entry entry) const noexcept {
    return {values_.data() + value_offsets_[entry], values_.data() + value_offsets_[entry + 1]};
  }
  /// The values at this prefix and at all that contain it, ascending.
  [[nodiscard]] std::span<const std::uint32_t> all_values(Entry entry) const noexcept {
    return set(sets_[entry]);
  }
  /// The number of all_values(entry): equal sets have one number. Never kEmptySet.
  [[nodiscard]] SetId set_of(Entry entry) const noexcept { return sets_[entry]; }
  /// Its values, ascending. REQUIRES set < set_count().
  [[nodiscard]] std::span<const std::uint32_t> set(SetId set) const noexcept {
    return {members_.data() + set_offsets_[set], members_.data() + set_offsets_[set + 1]};
  }
  /// How many different sets there are, kEmptySet among them.
  [[nodiscard]] std::size_t set_count() const noexcept { return set_offsets_.size() - 1; }

 private:
  void add_prefixes(std::vector<Item>& items);
  void find_parents();
  void share_sets();

  std::vector<Prefix> prefixes_;
  std::vector<Entry> parents_;
  std::vector<std::uint32_t> values_;
  std::vector<std::uint32_t> value_offsets_;  // one more than prefixes
  std::vector<SetId> sets_;                   // by entry
  std::vector<std::uint32_t> members_;
  std::vector<std::uint32_t> set_offsets_;  // one more than sets
};

}  // namespace servicetags::index
