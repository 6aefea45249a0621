// Tested by: tests/unit/prefix_table_test.cpp
#include "index/prefix_table.hpp"

#include <algorithm>
#include <iterator>
#include <tuple>
#include <unordered_map>

namespace servicetags::index {
namespace {

struct HashValues {
  std::size_t operator()(const std::vector<std::uint32_t>& values) const noexcept {
    std::uint64_t hash = values.size();
    for (const std::uint32_t value : values) hash = (hash ^ value) * 0x9e3779b97f4a7c15U;
    return static_cast<std::size_t>(hash ^ (hash >> 32U));
  }
};

}  // namespace

PrefixTable::PrefixTable(std::vector<Item> items) {
  add_prefixes(items);
  find_parents();
  share_sets();
}

void PrefixTable::add_prefixes(std::vector<Item>& items) {
  std::sort(items.begin(), items.end(), [](const Item& a, const Item& b) {
    return std::tie(a.prefix, a.value) < std::tie(b.prefix, b.value);
  });
  values_.reserve(items.size());
  const Item* previous = nullptr;
  for (const Item& item : items) {
    const bool new_prefix = previous == nullptr || previous->prefix != item.prefix;
    if (new_prefix) {
      prefixes_.push_back(item.prefix);
      value_offsets_.push_back(static_cast<std::uint32_t>(values_.size()));
    }
    if (new_prefix || previous->value != item.value) values_.push_back(item.value);
    previous = &item;
  }
  value_offsets_.push_back(static_cast<std::uint32_t>(values_.size()));
}

void PrefixTable::find_parents() {
  parents_.reserve(prefixes_.size());
  std::vector<Entry> around;  // the chain of prefixes that hold the current place
  for (Entry entry = 0; entry < prefixes_.size(); ++entry) {
    while (!around.empty() && !prefixes_[around.back()].contains(prefixes_[entry])) {
      around.pop_back();
    }
    parents_.push_back(around.empty() ? kNoEntry : around.back());
    around.push_back(entry);
  }
}

void PrefixTable::share_sets() {
  std::unordered_map<std::vector<std::uint32_t>, std::uint32_t, HashValues> known;
  std::vector<std::uint32_t> set;
  sets_.reserve(prefixes_.size());
  set_offsets_.push_back(0);
  for (Entry entry = 0; entry < prefixes_.size(); ++entry) {
    // A parent comes before what it contains, so its set is ready.
    const auto own = values(entry);
    std::span<const std::uint32_t> inherited;
    if (parents_[entry] != kNoEntry) inherited = all_values(parents_[entry]);
    set.clear();
    std::set_union(inherited.begin(), inherited.end(), own.begin(), own.end(),
                   std::back_inserter(set));
    const auto [place, is_new] =
        known.try_emplace(set, static_cast<std::uint32_t>(set_offsets_.size() - 1));
    if (is_new) {
      members_.insert(members_.end(), set.begin(), set.end());
      set_offsets_.push_back(static_cast<std::uint32_t>(members_.size()));
    }
    sets_.push_back(place->second);
  }
}

}  // namespace servicetags::index
