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
/// Immutable; any thread; allocates nothing once made. Uses the best instructions that this
/// machine has (see kernels.hpp); the answers are the same everywhere.
class SetTable {
 public:
  explicit SetTable(const PrefixTable& table, const Kernels& kernels = usable_kernels().front());
  SetTable(const SetTable&) = delete;
  SetTable& operator=(const SetTable&) = delete;

  /// IPv4-mapped addresses are looked up as they are.
  [[nodiscard]] SetId find(const Address& address) const noexcept {
    return address.is_v4() ? find_v4(address.v4())
                           : kernels_->find_v6(v6_view_, address.high(), address.low());
  }
  /// A set for each address, in order. REQUIRES sets.size() == addresses.size().
  void find(std::span<const std::uint32_t> addresses, std::span<SetId> sets) const noexcept;
  /// IPv4-mapped addresses answer as IPv4.
  void find(std::span<const Address6> addresses, std::span<SetId> sets) const noexcept;

  /// Memory that lookups may touch.
  [[nodiscard]] std::size_t bytes() const noexcept;

 private:
  [[nodiscard]] SetId find_v4(std::uint32_t address) const noexcept {
    return v4_ ? kernels_->find_v4(v4_view_, address) : find_slowly(address);
  }
  [[nodiscard]] SetId find_slowly(std::uint32_t address) const noexcept;

  std::optional<V4Table> v4_;
  std::vector<Interval<std::uint32_t>> v4_intervals_;  // in its place, when there is too much
  V6Table v6_;
  V4View v4_view_{};
  V6View v6_view_;
  const Kernels* kernels_;
};

}  // namespace servicetags::index
