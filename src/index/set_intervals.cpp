// Tested by: tests/unit/set_intervals_test.cpp
#include "index/set_intervals.hpp"

#include <type_traits>

namespace servicetags::index {
namespace {

template <typename Key>
constexpr Family kFamily = std::is_same_v<Key, std::uint32_t> ? Family::v4 : Family::v6;

/// From `start` on the set is this one, whatever was said of it before.
template <typename Key>
void cut(std::vector<Interval<Key>>& intervals, Key start, SetId set) {
  if (intervals.back().start == start) {
    intervals.pop_back();
    if (intervals.empty()) return intervals.push_back({start, set});
  }
  if (intervals.back().set != set) intervals.push_back({start, set});
}

}  // namespace

template <typename Key>
std::vector<Interval<Key>> set_intervals(const PrefixTable& table) {
  struct Open {
    Key last;
    SetId set;
  };
  std::vector<Open> around;  // the prefixes that hold the current place
  std::vector<Interval<Key>> intervals{{Key{0}, kEmptySet}};
  const auto close = [&] {
    const Key last = around.back().last;
    around.pop_back();
    const SetId outer = around.empty() ? kEmptySet : around.back().set;
    if (static_cast<Key>(last + 1) != 0) cut(intervals, static_cast<Key>(last + 1), outer);
  };
  intervals.reserve(table.size() * 2);
  for (Entry entry = 0; entry < table.size(); ++entry) {
    const Prefix prefix = table.prefix(entry);
    if (prefix.family() != kFamily<Key>) continue;
    const auto first = static_cast<Key>(ip::number_of(prefix.network()));
    const auto more = static_cast<Key>(ip::host_mask(prefix.family(), prefix.length()));
    while (!around.empty() && around.back().last < first) close();
    around.push_back({static_cast<Key>(first | more), table.set_of(entry)});
    cut(intervals, first, around.back().set);
  }
  while (!around.empty()) close();
  return intervals;
}

template std::vector<Interval<std::uint32_t>> set_intervals(const PrefixTable& table);
template std::vector<Interval<ip::Uint128>> set_intervals(const PrefixTable& table);

}  // namespace servicetags::index
