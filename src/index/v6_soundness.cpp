// Following every reference of an IPv6 table that came from a file.
// Tested by: tests/unit/set_table_test.cpp, tests/unit/compiled_test.cpp
#include <algorithm>
#include <bit>
#include <cstring>
#include <vector>

#include "index/v6_table.hpp"

namespace servicetags::index {
namespace {

/// Each page, block and low block is followed once, and parts and lists may together be no
/// longer than the cells are: so it takes linear time.
class Walk {
 public:
  enum Level : std::uint8_t { kHigh, kLow };

  Walk(const V6View& view, std::size_t set_count)
      : cells_(view.cells), set_count_(set_count), room_(cells_.size()) {
    for (auto& seen : seen_) seen.resize(cells_.size());
  }

  bool low_block(std::uint32_t place) {
    if (!is_inside(place, kStartsInList)) return false;
    if (was_seen(kLowBlocks, place)) return true;
    const auto page = read<std::uint32_t>(place + kPageInLowBlock);
    return page == kIsList ? list(place) : this->page(page, kLow);
  }

  bool page(std::uint32_t page, Level level) {
    const std::size_t place = page >> 5U;
    if (!is_inside(place, 2)) return false;
    if (was_seen(level == kHigh ? kHighPages : kLowPages, place)) return true;
    const std::size_t parts = std::size_t{read<std::uint32_t>(place)} + 1;
    if (!take(parts * 2) || !is_inside(place + 2, parts * 2)) return false;
    for (std::size_t part = 0; part < parts; ++part) {
      if (!block(read<std::uint32_t>(place + 2 + part * 2), level)) return false;
    }
    return true;
  }

  bool value(std::uint32_t value, Level level) {
    if (level == kHigh && (value & kLowBlockBit) != 0) return low_block(value & ~kLowBlockBit);
    return value < set_count_;
  }

 private:
  bool block(std::size_t keys, Level level) {
    if (!is_inside(keys, kBlockKeys)) return false;
    if (was_seen(level == kHigh ? kHighKeys : kLowKeys, keys)) return true;
    const auto block = cells_.subspan(keys, kBlockKeys);
    const auto last = static_cast<std::size_t>(std::ranges::find(block, kLastKey) - block.begin());
    if (last == kBlockKeys || keys < (last + 1) * 2) return false;
    for (std::size_t i = 0; i <= last; ++i) {
      if (!value(read<std::uint32_t>(keys - 2 - i * 2), level)) return false;
    }
    return true;
  }

  bool list(std::size_t place) {
    const auto count = read<std::uint64_t>(place);
    if (count == 0 || count > cells_.size() || !take(count * 6)) return false;
    if (!is_inside(place + kStartsInList, count * 6)) return false;
    for (std::size_t i = 0; i < count; ++i) {
      if (!value(read<std::uint32_t>(place + kStartsInList + count * 4 + i * 2), kLow))
        return false;
    }
    return true;
  }

  enum Kind : std::uint8_t { kHighPages, kLowPages, kHighKeys, kLowKeys, kLowBlocks, kKinds };

  bool was_seen(Kind kind, std::size_t place) {
    const bool seen = seen_[kind][place];
    seen_[kind][place] = true;
    return seen;
  }
  [[nodiscard]] bool is_inside(std::size_t place, std::size_t count) const noexcept {
    return place <= cells_.size() && count <= cells_.size() - place;
  }
  bool take(std::size_t cells) noexcept {
    if (cells > room_) return false;
    room_ -= cells;
    return true;
  }
  template <typename Number>
  [[nodiscard]] Number read(std::size_t place) const noexcept {
    Number number = 0;
    std::memcpy(&number, &cells_[place], sizeof number);
    return number;
  }

  std::span<const std::uint16_t> cells_;
  std::size_t set_count_;
  std::size_t room_;
  std::array<std::vector<bool>, kKinds> seen_;
};

bool is_sound(const DisplacedHash::View& hash, std::size_t slot_count) noexcept {
  return hash.bucket_shift >= 32 && hash.bucket_shift < 64 && hash.slot_shift < 64 &&
         hash.displacements.size() == std::size_t{1} << (64 - hash.bucket_shift) &&
         std::has_single_bit(slot_count) && slot_count - 1 == hash.slot_mask &&
         std::ranges::max(hash.displacements) <= hash.slot_mask;
}

}  // namespace

bool is_sound(const V6View& view, std::size_t set_count) {
  if (!is_sound(view.hash, view.slots.size())) return false;
  if (view.present.size() != Presence{}.size()) return false;
  if (view.wide_starts.empty() || view.wide_starts.front() != 0) return false;
  if (view.wide_values.size() != view.wide_starts.size()) return false;
  Walk walk(view, set_count);
  // What an address is led to that is in no slot, or has no low block.
  if (!walk.page(kPageOfNothing, Walk::kHigh) || !walk.low_block(0)) return false;
  return std::ranges::all_of(
             view.slots, [&](const V6Slot& slot) { return walk.page(slot.page, Walk::kHigh); }) &&
         std::ranges::all_of(view.wide_values,
                             [&](std::uint32_t value) { return walk.value(value, Walk::kHigh); });
}

}  // namespace servicetags::index
