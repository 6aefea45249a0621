// How the boundaries among 65,536 neighbours are cut into blocks that one step searches.
// Tested by: tests/unit/page_plan_test.cpp
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace servicetags::index {

/// From `at` on, up to the next boundary, the value is this one.
struct Boundary {
  std::uint16_t at;  ///< not 0
  std::uint32_t value;
};

/// Boundaries that one block can hold, so that with the value before the first one it has
/// 32 values, and one vector of 512 bits finds the right one.
inline constexpr unsigned kBlockBoundaries = 31;
inline constexpr unsigned kBlockKeys = kBlockBoundaries + 1;

/// A key is one less than where its boundary is, and a search counts the keys below the
/// address: no address is too high for that, and this key is never below one.
inline constexpr std::uint16_t kLastKey = std::numeric_limits<std::uint16_t>::max();

/// A bit for each of the 65,536 upper 16 bits an address may have: is there any tag?
using Presence = std::array<std::uint64_t, 1024>;

/// Part of a page: its boundaries, and the value before the first of them.
struct Block {
  std::span<const Boundary> boundaries;
  std::uint32_t value;
};

/// A page divides 65,536 numbers into parts of 2^shift. Each part has a block, and
/// neighbours share one where it holds the boundaries of both:
///
///     numbers   0        16384    32768    49152    65536
///     bounds    | 20     | 9      | 5      | 30     |
///     parts     | 0      | 1      | 2      | 3      |       shift 14: half has 35
///     blocks    | 0               | 1      | 2      |
///
/// The widest parts that no 32 boundaries fall into, so that the page is short.
struct PagePlan {
  unsigned shift;                    ///< 5 to 16
  std::vector<Block> blocks;         ///< in order
  std::vector<std::uint32_t> parts;  ///< 2^(16 - shift) indices into `blocks`
};

/// REQUIRES boundaries in order. The plan's blocks point into them.
PagePlan plan_page(std::span<const Boundary> boundaries, std::uint32_t value);

}  // namespace servicetags::index
