// IPv6 address to set of tags: a hash of the upper 48 bits, then at most two block searches.
// Tested by: tests/unit/set_table_test.cpp, tests/property/sets_vs_linear_test.cpp
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "index/displaced_hash.hpp"
#include "index/page_plan.hpp"
#include "index/set_intervals.hpp"

namespace servicetags::index {

/// A place of the hash.
struct V6Slot {
  std::uint64_t key;   ///< upper 48 bits of an address
  std::uint32_t page;  ///< for the next 16
  std::uint32_t unused = 0;
};

/// What a lookup reads.
struct V6View {
  DisplacedHash::View hash;
  std::span<const V6Slot> slots;
  std::span<const std::uint16_t> cells;
  std::span<const std::uint64_t> wide_starts;
  std::span<const std::uint32_t> wide_values;
  std::span<const std::uint64_t> present;
};

/// Whether lookups stay inside these arrays, and answer with sets below `set_count`. Linear,
/// however the arrays are made up.
bool is_sound(const V6View& view, std::size_t set_count);

/// A value with this bit is where a low block begins, any other is a set.
inline constexpr std::uint32_t kLowBlockBit = 0x8000'0000U;

/// Where its page is in a low block, and the starts of a list: behind 64 bits, behind both.
inline constexpr std::uint32_t kPageInLowBlock = 4;
inline constexpr std::uint32_t kStartsInList = 6;

/// In the place of a low block's page: its boundaries do not fit in one.
inline constexpr std::uint32_t kIsList = 0xffff'ffffU;

/// The page of what is in no slot, right behind the first low block.
inline constexpr std::uint32_t kPageOfNothing = 6U << 5U | 16U;

/// Azure's IPv6 prefixes are /40 to /64, and /117 to /128: a tree of fixed strides would be
/// deep and empty. Here the upper 48 bits are hashed, and 16 bits are searched at a time:
///
///     2603:1030:0007:0402:0000:0000:0000:0270
///     `-- hash ----'  |   `-- compare -'  |
///          |          |          |        |
///     slot: page      |          |        |
///     page: part of bits         |        |
///     block: keys < bits?        |        |
///            value = set, or a low block: |
///                     - base, at most 0xffff
///                     page, block as above
///
/// Pages, blocks and low blocks stand in one array of cells of 16 bits, each right before what
/// it leads to, so that most lookups stay in three or four cache lines:
///
///     page   | last part | block of part 0 | 1 | ... | last |           numbers of 32 bits
///     block            ... | value 1 | value 0 | key, key, kLastKey |   keys of 16
///     low    | base, 64 bits   | page | (the page's cells)
///     list   | count, 64 bits  | kIsList | starts of 64 bits | values |
///
/// A page goes up to the last part that differs from those behind it. A block is known by where
/// its keys begin: the value to take is as far before them as keys are below the address.
///
/// A low block knows 65,536 addresses from its base on. Any other of the /64 is searched as the
/// last of them, which has the same set: else the low block is a list. Constant stretches too wide
/// to hash each /48 of them are in `wide_starts`, which real data leaves empty.
class V6Table {
 public:
  /// REQUIRES intervals as set_intervals() gives them, at most 20 million.
  explicit V6Table(std::span<const Interval<ip::Uint128>> intervals);

  [[nodiscard]] V6View view() const noexcept {
    return {hash_->view(), slots_, cells_, wide_starts_, wide_values_, present_};
  }

 private:
  /// From `start`, the upper 64 bits of an address, up to the next one.
  struct HighInterval {
    std::uint64_t start;
    std::uint32_t value;
  };

  std::vector<HighInterval> add_low_blocks(std::span<const Interval<ip::Uint128>> intervals);
  std::uint32_t add_low_block(std::span<const Interval<ip::Uint128>> inside, SetId set);
  std::uint32_t add_page(std::span<const Boundary> boundaries, std::uint32_t value);
  std::vector<V6Slot> add_chunks(std::span<const HighInterval> intervals);
  void add_slots(std::span<const V6Slot> chunks);
  void mark_present(std::uint64_t first_key, std::uint64_t last_key);
  template <typename Number>
  void add_number(Number number);

  std::optional<DisplacedHash> hash_;
  std::vector<V6Slot> slots_;
  std::vector<std::uint16_t> cells_;
  std::vector<std::uint64_t> wide_starts_;
  std::vector<std::uint32_t> wide_values_;
  std::vector<std::uint64_t> present_;
};

}  // namespace servicetags::index
