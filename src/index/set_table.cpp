// Tested by: tests/unit/set_table_test.cpp, tests/property/sets_vs_linear_test.cpp
#include "index/set_table.hpp"

#include <algorithm>
#include <cassert>

namespace servicetags::index {

SetTable::SetTable(const PrefixTable& table, const Kernels& kernels)
    : v4_intervals_(set_intervals<std::uint32_t>(table)),
      v6_(set_intervals<ip::Uint128>(table)),
      v6_view_(v6_.view()),
      kernels_(&kernels) {
  v4_ = V4Table::make(v4_intervals_);
  if (v4_) {
    v4_view_ = v4_->view();
    v4_intervals_ = {};
  }
}

void SetTable::find(std::span<const std::uint32_t> addresses,
                    std::span<SetId> sets) const noexcept {
  assert(addresses.size() == sets.size());
  if (v4_) return kernels_->find_all_v4(v4_view_, addresses.data(), addresses.size(), sets.data());
  std::transform(addresses.begin(), addresses.end(), sets.begin(),
                 [this](std::uint32_t address) { return find_slowly(address); });
}

void SetTable::find(std::span<const Address6> addresses, std::span<SetId> sets) const noexcept {
  assert(addresses.size() == sets.size());
  const bool any_mapped =
      kernels_->find_all_v6(v6_view_, addresses.data(), addresses.size(), sets.data());
  if (!any_mapped) return;
  for (std::size_t i = 0; i < addresses.size(); ++i) {
    const Address address = Address::from_bytes(addresses[i]);
    if (address.is_v4()) sets[i] = find_v4(address.v4());
  }
}

SetId SetTable::find_slowly(std::uint32_t address) const noexcept {
  const auto after = std::upper_bound(
      v4_intervals_.begin(), v4_intervals_.end(), address,
      [](std::uint32_t wanted, const auto& interval) { return wanted < interval.start; });
  return std::prev(after)->set;
}

std::size_t SetTable::bytes() const noexcept {
  return (v4_ ? v4_->bytes() : v4_intervals_.size() * sizeof(v4_intervals_[0])) + v6_.bytes();
}

}  // namespace servicetags::index
