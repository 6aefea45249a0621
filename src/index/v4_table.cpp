// Tested by: tests/unit/set_table_test.cpp, tests/property/sets_vs_linear_test.cpp
#include "index/v4_table.hpp"

#include <algorithm>
#include <utility>

#include "index/all_below.hpp"

namespace servicetags::index {
namespace {

constexpr std::uint32_t kUppers = 1U << 16U;
constexpr unsigned kShiftBits = 5;
constexpr std::uint32_t kShiftMask = (1U << kShiftBits) - 1;

}  // namespace

std::optional<V4Table> V4Table::make(std::span<const Interval<std::uint32_t>> intervals) {
  constexpr std::size_t kNumbers = std::size_t{1} << 16U;
  const bool sets_fit = std::all_of(intervals.begin(), intervals.end(),
                                    [](const auto& interval) { return interval.set < kNumbers; });
  if (!sets_fit) return std::nullopt;
  V4Table table(intervals);
  if (table.lines_.size() > kNumbers) return std::nullopt;
  return table;
}

V4Table::V4Table(std::span<const Interval<std::uint32_t>> intervals)
    : root_(kUppers), present_(Presence{}.size()) {
  std::vector<Boundary> boundaries;
  SetId set = kEmptySet;
  auto next = intervals.begin();
  for (std::uint32_t upper = 0; upper < kUppers; ++upper) {
    if (next != intervals.end() && next->start == upper << 16U) set = (next++)->set;
    boundaries.clear();
    while (next != intervals.end() && next->start >> 16U == upper) {
      boundaries.push_back({static_cast<std::uint16_t>(next->start), next->set});
      ++next;
    }
    if (boundaries.empty()) {
      add_constant(upper, set);
    } else {
      add_page(upper, boundaries, set);
      set = boundaries.back().value;
    }
  }
  constant_pages_ = {};
  pages_.shrink_to_fit();
  lines_.shrink_to_fit();
}

void V4Table::add_constant(std::uint32_t upper, SetId set) {
  if (set >= constant_pages_.size()) constant_pages_.resize(set + 1);
  if (constant_pages_[set] == 0) {
    add_page(upper, {}, set);
    constant_pages_[set] = root_[upper] + 1;
  }
  root_[upper] = constant_pages_[set] - 1;
  if (set != kEmptySet) present_[upper / 64] |= std::uint64_t{1} << upper % 64;
}

void V4Table::add_page(std::uint32_t upper, std::span<const Boundary> boundaries, SetId set) {
  const PagePlan plan = plan_page(boundaries, set);
  root_[upper] = static_cast<std::uint32_t>(pages_.size()) << kShiftBits | plan.shift;
  const auto first_line = static_cast<std::uint32_t>(lines_.size());
  for (const Block& block : plan.blocks) add_line(block);
  for (const std::uint32_t part : plan.parts) {
    pages_.push_back(static_cast<std::uint16_t>(first_line + part));
  }
  if (!boundaries.empty()) present_[upper / 64] |= std::uint64_t{1} << upper % 64;
}

void V4Table::add_line(const Block& block) {
  V4Line line;
  line.keys.fill(kLastKey);
  line.sets.fill(0);
  line.sets[0] = static_cast<std::uint16_t>(block.value);
  for (std::size_t i = 0; i < block.boundaries.size(); ++i) {
    line.keys[i] = static_cast<std::uint16_t>(block.boundaries[i].at - 1);
    line.sets[i + 1] = static_cast<std::uint16_t>(block.boundaries[i].value);
  }
  lines_.push_back(line);
}

bool is_sound(const V4View& view, std::size_t set_count) noexcept {
  if (view.root.size() != kUppers || view.present.size() != Presence{}.size()) return false;
  std::uint32_t checked = ~view.root.front();
  for (const std::uint32_t root : view.root) {
    if (root == checked) continue;  // as most are
    const std::uint32_t parts = kUppers >> (root & kShiftMask);
    if ((root & kShiftMask) > 16 || (root >> kShiftBits) + parts > view.pages.size()) return false;
    checked = root;
  }
  return all_below(view.pages, view.lines.size()) &&
         std::ranges::all_of(view.lines, [&](const V4Line& line) {
           return line.keys.back() == kLastKey &&
                  all_below(std::span<const std::uint16_t>(line.sets), set_count);
         });
}

}  // namespace servicetags::index
