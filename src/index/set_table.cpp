// Tested by: tests/unit/set_table_test.cpp, tests/property/sets_vs_linear_test.cpp
#include "index/set_table.hpp"

#include <algorithm>
#include <cassert>

namespace servicetags::index {

namespace {

using V4Interval = Interval<std::uint32_t>;
constexpr std::size_t kUppers = std::size_t{1} << 16U;

/// How many intervals start at or before each multiple of 2^16, and in all.
std::vector<std::uint32_t> starts_of(const std::vector<V4Interval>& intervals) {
  std::vector<std::uint32_t> starts;
  std::uint32_t count = 0;
  for (std::uint32_t upper = 0; upper < kUppers; ++upper) {
    while (count < intervals.size() && intervals[count].start <= upper << 16U) ++count;
    starts.push_back(count);
  }
  starts.push_back(static_cast<std::uint32_t>(intervals.size()));
  return starts;
}

bool intervals_are_sound(const SetTable::Arrays& arrays, std::size_t set_count) {
  const auto& starts = arrays.v4.root;
  return starts.size() == kUppers + 1 && starts.front() > 0 && std::ranges::is_sorted(starts) &&
         starts.back() == arrays.v4_intervals.size() &&
         std::ranges::all_of(arrays.v4_intervals,
                             [&](const V4Interval& one) { return one.set < set_count; });
}

}  // namespace

SetTable::SetTable(const PrefixTable& table, const Kernels& kernels)
    : storage_(Storage{std::nullopt,
                       set_intervals<std::uint32_t>(table),
                       {},
                       V6Table(set_intervals<ip::Uint128>(table))}),
      kernels_(&kernels) {
  storage_->v4 = V4Table::make(storage_->v4_intervals);
  if (storage_->v4) {
    storage_->v4_intervals = {};
    arrays_.v4 = storage_->v4->view();
  } else {
    storage_->v4_starts = starts_of(storage_->v4_intervals);
    arrays_.v4.root = storage_->v4_starts;
  }
  arrays_.v4_intervals = storage_->v4_intervals;
  arrays_.v6 = storage_->v6.view();
}

bool SetTable::are_sound(const Arrays& arrays, std::size_t set_count) {
  const bool v4_is_sound = arrays.v4_intervals.empty() ? is_sound(arrays.v4, set_count)
                                                       : intervals_are_sound(arrays, set_count);
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
  const std::uint32_t* const starts = &arrays_.v4.root[address >> 16U];
  const auto begin = arrays_.v4_intervals.begin() + starts[0];
  const auto end = arrays_.v4_intervals.begin() + starts[1];
  return std::prev(std::ranges::upper_bound(begin, end, address, {}, &V4Interval::start))->set;
}

std::size_t SetTable::bytes() const noexcept {
  const auto& [v4, v4_intervals, v6] = arrays_;
  return v4.root.size_bytes() + v4.pages.size_bytes() + v4.lines.size_bytes() +
         v4.present.size_bytes() + v4_intervals.size_bytes() + v6.hash.displacements.size_bytes() +
         v6.slots.size_bytes() + v6.cells.size_bytes() + v6.wide_starts.size_bytes() +
         v6.wide_values.size_bytes() + v6.present.size_bytes();
}

}  // namespace servicetags::index
