// The lookup engine: address to set of tags.
// Tested by: tests/unit/set_table_test.cpp, tests/property/sets_vs_linear_test.cpp
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "index/kernels.hpp"

namespace servicetags::index {

/// Answers with the set of an address: all values at all prefixes around it, as the number
/// that PrefixTable::set() knows.
///
/// A radix trie for each family, of few and wide levels; the drawings are at V4Table and V6Table.
/// Immutable; any thread; allocates nothing once made. Uses the best instructions that this
/// machine has (see kernels.hpp); the answers are the same everywhere.
class SetTable {
 public:
  /// All that lookups read, so that a file can hold the table as it is.
  struct Arrays {
    V4View v4;
    /// In its place, if not empty; then v4.root says for each upper 16 bits, and for one more,
    /// how many of them start up to there.
    std::span<const Interval<std::uint32_t>> v4_intervals;
    V6View v6;
  };

  explicit SetTable(const PrefixTable& table, const Kernels& kernels = usable_kernels().front());
  /// A table that is elsewhere, and stays there. REQUIRES are_sound(arrays).
  explicit SetTable(const Arrays& arrays,
                    const Kernels& kernels = usable_kernels().front()) noexcept
      : arrays_(arrays), kernels_(&kernels) {}
  SetTable(const SetTable&) = delete;
  SetTable& operator=(const SetTable&) = delete;

  /// Whether a table over these arrays stays inside them, whatever it is asked, and answers
  /// with sets below `set_count`. That says nothing of which sets.
  static bool are_sound(const Arrays& arrays, std::size_t set_count);

  [[nodiscard]] const Arrays& arrays() const noexcept { return arrays_; }

  /// IPv4-mapped addresses are looked up as they are.
  [[nodiscard]] SetId find(const Address& address) const noexcept {
    return address.is_v4() ? find_v4(address.v4())
                           : kernels_->find_v6(arrays_.v6, address.high(), address.low());
  }
  /// A set for each address, in order. REQUIRES sets.size() == addresses.size().
  void find(std::span<const std::uint32_t> addresses, std::span<SetId> sets) const noexcept;
  /// IPv4-mapped addresses answer as IPv4.
  void find(std::span<const Address6> addresses, std::span<SetId> sets) const noexcept;

  /// Memory that lookups may touch.
  [[nodiscard]] std::size_t bytes() const noexcept;

 private:
  [[nodiscard]] SetId find_v4(std::uint32_t address) const noexcept {
    return arrays_.v4_intervals.empty() ? kernels_->find_v4(arrays_.v4, address)
                                        : find_slowly(address);
  }
  [[nodiscard]] SetId find_slowly(std::uint32_t address) const noexcept;

  struct Storage {
    std::optional<V4Table> v4;
    std::vector<Interval<std::uint32_t>> v4_intervals;  // when there is too much for it
    std::vector<std::uint32_t> v4_starts;
    V6Table v6;
  };

  std::optional<Storage> storage_;  // nothing when the arrays are elsewhere
  Arrays arrays_;
  const Kernels* kernels_;
};

}  // namespace servicetags::index
