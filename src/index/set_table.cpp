// Tested by: tests/unit/set_table_test.cpp, tests/property/sets_vs_linear_test.cpp
#include "index/set_table.hpp"

#include <algorithm>
#include <cassert>

namespace servicetags::index {

SetTable::SetTable(const PrefixTable& table, const Kernels& kernels)
    : storage_(Storage{std::nullopt, set_intervals<std::uint32_t>(table),
                       V6Table(set_intervals<ip::Uint128>(table))}),
      kernels_(&kernels) {
  storage_->v4 = V4Table::make(storage_->v4_intervals);
  if (storage_->v4) storage_->v4_intervals = {};
  arrays_ = {storage_->v4 ? storage_->v4->view() : V4View{}, storage_->v4_intervals,
             storage_->v6.view()};
}

bool SetTable::are_sound(const Arrays& arrays, std::size_t set_count) {
  const auto& intervals = arrays.v4_intervals;
  const bool v4_is_sound =
      intervals.empty() ? is_sound(arrays.v4, set_count)
                        : intervals.front().start == 0 &&
                              std::ranges::all_of(
                                  intervals, [&](const auto& one) { return one.set < set_count; });
  return v4_is_sound && is_sound(arrays.v6, set_count);
}

void SetTable::find(std::span<const std::uint32_t> addresses,
                    std::span<SetId> sets) const noexcept {
  assert(addresses.size() == sets.size());
  if (arrays_.v4_intervals.empty()) {
    return kernels_->find_all_v4(arrays_.v4, addresses.data(), addresses.size(), sets.data());
  }
  std::ranges::transform(addresses, sets.begin(),
                         [this](std::uint32_t address) { return find_slowly(address); });
}

void SetTable::find(std::span<const Address6> addresses, std::span<SetId> sets) const noexcept {
  assert(addresses.size() == sets.size());
  const bool any_mapped =
      kernels_->find_all_v6(arrays_.v6, addresses.data(), addresses.size(), sets.data());
  if (!any_mapped) return;
  for (std::size_t i = 0; i < addresses.size(); ++i) {
    const Address address = Address::from_bytes(addresses[i]);
    if (address.is_v4()) sets[i] = find_v4(address.v4());
  }
}

SetId SetTable::find_slowly(std::uint32_t address) const noexcept {
  const auto after =
      std::ranges::upper_bound(arrays_.v4_intervals, address, {}, &Interval<std::uint32_t>::start);
  return std::prev(after)->set;
}

std::size_t SetTable::bytes() const noexcept {
  const auto& [v4, v4_intervals, v6] = arrays_;
  return v4.root.size_bytes() + v4.pages.size_bytes() + v4.lines.size_bytes() +
         v4.present.size_bytes() + v4_intervals.size_bytes() + v6.hash.displacements.size_bytes() +
         v6.slots.size_bytes() + v6.cells.size_bytes() + v6.wide_starts.size_bytes() +
         v6.wide_values.size_bytes() + v6.present.size_bytes();
}

}  // namespace servicetags::index
