// Tested by: tests/unit/set_table_test.cpp, tests/property/sets_vs_linear_test.cpp
#include "index/v6_table.hpp"

#include <algorithm>
#include <cassert>
#include <cstring>
#include <limits>
#include <unordered_map>

namespace servicetags::index {
namespace {

using ip::high_half;
using ip::low_half;

constexpr unsigned kShiftBits = 5;
constexpr std::uint64_t kNoKey = std::numeric_limits<std::uint64_t>::max();
constexpr std::uint64_t kKeys = std::uint64_t{1} << 48U;
constexpr std::uint64_t kWidest = 4096;           // /48s in a /36
constexpr std::size_t kMostConstant = 1U << 17U;  // of /48s; from then on all are wide

}  // namespace

V6Table::V6Table(std::span<const Interval<ip::Uint128>> intervals) : present_(Presence{}.size()) {
  // At the front, where the value 0 leads: what an address without low block searches in vain.
  add_number(std::uint64_t{0});
  add_number(kPageOfNothing);
  add_page({}, kEmptySet);  // kPageOfNothing
  add_slots(add_chunks(add_low_blocks(intervals)));
  cells_.resize(cells_.size() + kBlockKeys, kLastKey);  // a search reads whole blocks
  cells_.shrink_to_fit();
  mark_present(0, 0);  // IPv4-mapped addresses are to be noticed
}

template <typename Number>
void V6Table::add_number(Number number) {
  std::array<std::uint16_t, sizeof(Number) / 2> cells;
  std::memcpy(cells.data(), &number, sizeof number);
  cells_.insert(cells_.end(), cells.begin(), cells.end());
}

/// The intervals of the upper 64 bits; where something changes inside of one /64, a low block.
std::vector<V6Table::HighInterval> V6Table::add_low_blocks(
    std::span<const Interval<ip::Uint128>> intervals) {
  std::vector<HighInterval> high{{0, kEmptySet}};
  const auto cut = [&high](std::uint64_t start, std::uint32_t value) {
    if (high.back().start == start) {
      high.back().value = value;
    } else if (high.back().value != value) {
      high.push_back({start, value});
    }
  };
  SetId set = kEmptySet;
  for (std::size_t i = 0; i < intervals.size();) {
    const std::uint64_t upper = high_half(intervals[i].start);
    if (low_half(intervals[i].start) == 0) {
      set = intervals[i++].set;
      cut(upper, set);
      continue;
    }
    std::size_t end = i;
    while (end < intervals.size() && high_half(intervals[end].start) == upper) ++end;
    cut(upper, kLowBlockBit | add_low_block(intervals.subspan(i, end - i), set));
    set = intervals[end - 1].set;
    if (upper != kNoKey) cut(upper + 1, set);
    i = end;
  }
  return high;
}

std::uint32_t V6Table::add_low_block(std::span<const Interval<ip::Uint128>> inside, SetId set) {
  const auto place = static_cast<std::uint32_t>(cells_.size());
  const std::uint64_t base = low_half(inside.front().start) & ~std::uint64_t{0xffff};
  // What lies before is answered as what lies behind.
  const bool is_page = low_half(inside.front().start) != base &&
                       low_half(inside.back().start) - base <= 0xffffU &&
                       (base == 0 || inside.back().set == set);
  if (is_page) {
    std::vector<Boundary> boundaries;
    for (const auto& interval : inside) {
      boundaries.push_back({static_cast<std::uint16_t>(interval.start), interval.set});
    }
    add_number(base);
    add_number(std::uint32_t{0});  // the page, whose place is known once it is there
    const std::uint32_t page = add_page(boundaries, set);
    std::memcpy(&cells_[place + kPageInLowBlock], &page, sizeof page);
    return place;
  }
  add_number(std::uint64_t{inside.size() + 1});
  add_number(kIsList);
  add_number(std::uint64_t{0});
  for (const auto& interval : inside) add_number(low_half(interval.start));
  add_number(set);
  for (const auto& interval : inside) add_number(interval.set);
  return place;
}

std::uint32_t V6Table::add_page(std::span<const Boundary> boundaries, std::uint32_t value) {
  const PagePlan plan = plan_page(boundaries, value);
  const auto different = std::find_if(plan.parts.rbegin(), plan.parts.rend(),
                                      [&](auto part) { return part != plan.parts.back(); });
  const auto last = static_cast<std::uint32_t>(plan.parts.rend() - different);
  const std::size_t place = cells_.size();
  add_number(last);
  cells_.resize(cells_.size() + std::size_t{last + 1} * 2);

  std::vector<std::uint32_t> blocks;
  for (const Block& block : plan.blocks) {
    for (std::size_t i = block.boundaries.size(); i > 0; --i) {
      add_number(block.boundaries[i - 1].value);
    }
    add_number(block.value);
    blocks.push_back(static_cast<std::uint32_t>(cells_.size()));
    for (const Boundary& boundary : block.boundaries) {
      cells_.push_back(static_cast<std::uint16_t>(boundary.at - 1));
    }
    cells_.push_back(kLastKey);
    if (cells_.size() % 2 != 0) cells_.push_back(kLastKey);  // numbers stay aligned
  }
  for (std::uint32_t part = 0; part <= last; ++part) {
    std::memcpy(&cells_[place + 2 + std::size_t{part} * 2], &blocks[plan.parts[part]],
                sizeof(std::uint32_t));
  }
  assert(place < std::size_t{1} << (32U - kShiftBits));
  return static_cast<std::uint32_t>(place) << kShiftBits | plan.shift;
}

/// The /48s that have something in them, each with its page.
std::vector<V6Slot> V6Table::add_chunks(std::span<const HighInterval> intervals) {
  std::vector<V6Slot> chunks;
  std::unordered_map<std::uint32_t, std::uint32_t> constant_pages;
  wide_starts_.push_back(0);
  wide_values_.push_back(kEmptySet);
  const auto add_constant = [&](std::uint64_t first, std::uint64_t end, std::uint32_t value) {
    if (value == kEmptySet) return;
    mark_present(first, end - 1);
    const bool is_wide = end - first > kWidest || chunks.size() > kMostConstant;
    if (is_wide && (value & kLowBlockBit) == 0) {
      wide_starts_.insert(wide_starts_.end(), {first, end});
      wide_values_.insert(wide_values_.end(), {value, kEmptySet});
      return;
    }
    const auto [page, is_new] = constant_pages.try_emplace(value, 0);
    if (is_new) page->second = add_page({}, value);
    for (; first < end; ++first) chunks.push_back({first, page->second});
  };
  std::uint32_t value = kEmptySet;
  std::vector<Boundary> boundaries;
  auto next = intervals.begin();
  for (std::uint64_t key = 0; key < kKeys;) {
    if (next != intervals.end() && next->start == key << 16U) value = (next++)->value;
    boundaries.clear();
    for (; next != intervals.end() && next->start >> 16U == key; ++next) {
      boundaries.push_back({static_cast<std::uint16_t>(next->start), next->value});
    }
    if (boundaries.empty()) {
      const std::uint64_t end = next == intervals.end() ? kKeys : next->start >> 16U;
      add_constant(key, end, value);
      key = end;
    } else {
      mark_present(key, key);
      chunks.push_back({key++, add_page(boundaries, value)});
      value = boundaries.back().value;
    }
  }
  return chunks;
}

void V6Table::add_slots(std::span<const V6Slot> chunks) {
  std::vector<std::uint64_t> keys;
  keys.reserve(chunks.size());
  for (const V6Slot& chunk : chunks) keys.push_back(chunk.key);
  const DisplacedHash::View hash = hash_.emplace(keys).view();
  slots_.assign(hash_->slot_count(), {kNoKey, kPageOfNothing});
  for (const V6Slot& chunk : chunks) slots_[hash.slot(chunk.key)] = chunk;
}

void V6Table::mark_present(std::uint64_t first_key, std::uint64_t last_key) {
  for (std::uint64_t upper = first_key >> 32U; upper <= last_key >> 32U; ++upper) {
    present_[upper / 64] |= std::uint64_t{1} << upper % 64;
  }
}

}  // namespace servicetags::index
