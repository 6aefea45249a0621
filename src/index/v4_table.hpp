// IPv4 address to set of tags in three loads and one vector comparison.
// Tested by: tests/unit/set_table_test.cpp, tests/property/sets_vs_linear_test.cpp
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "index/page_plan.hpp"
#include "index/set_intervals.hpp"

namespace servicetags::index {

/// 32 sets and where each but the first begins, in two cache lines.
struct alignas(128) V4Line {
  std::array<std::uint16_t, kBlockKeys> keys;  ///< ascending, filled up with kLastKey
  std::array<std::uint16_t, kBlockKeys> sets;
};

/// What a lookup reads.
struct V4View {
  std::span<const std::uint32_t> root;
  std::span<const std::uint16_t> pages;
  std::span<const V4Line> lines;
  std::span<const std::uint64_t> present;
};

/// Whether lookups stay inside these arrays, and answer with sets below `set_count`.
bool is_sound(const V4View& view, std::size_t set_count) noexcept;

/// Three arrays, after the idea of range tables with pages (DXR: Zec, Rizzo, Mikuc, CCR 2012),
/// with a vector comparison in the place of binary search:
///
///     10.1.2.3
///      |    `---- low 16 bits ---.
///     root[10.1]                  |      of each upper half: where its page begins,
///      |  start, shift            |      and how wide the page's parts are
///     pages[start + (low >> shift)]      of each part: its line
///      |                          |
///     lines[...]  keys < low ? ---'      how many keys are below is which set it is
///                 sets[that many]
///
/// What has no tag at all shares one line. 600 KiB for the public cloud.
class V4Table {
 public:
  /// Nothing when sets or lines are more than their 16 bits can number: at about 11 times the
  /// data of the public cloud. REQUIRES intervals as set_intervals() gives them.
  static std::optional<V4Table> make(std::span<const Interval<std::uint32_t>> intervals);

  [[nodiscard]] V4View view() const noexcept { return {root_, pages_, lines_, present_}; }

 private:
  explicit V4Table(std::span<const Interval<std::uint32_t>> intervals);
  void add_constant(std::uint32_t upper, SetId set);
  void add_page(std::uint32_t upper, std::span<const Boundary> boundaries, SetId set);
  void add_line(const Block& block);

  std::vector<std::uint32_t> root_;   // page start << 5 | shift
  std::vector<std::uint16_t> pages_;  // line
  std::vector<V4Line> lines_;
  std::vector<std::uint64_t> present_;
  std::vector<std::uint32_t> constant_pages_;  // by set: root entry + 1, for sharing
};

}  // namespace servicetags::index
