// Tested by: tests/unit/page_plan_test.cpp
#include "index/page_plan.hpp"

#include <algorithm>

namespace servicetags::index {
namespace {

constexpr std::uint32_t kNumbers = 1U << 16U;

/// The boundaries at `first` or after it.
std::span<const Boundary> from(std::span<const Boundary> boundaries, std::uint32_t first) {
  const auto place = std::partition_point(boundaries.begin(), boundaries.end(),
                                          [first](const Boundary& b) { return b.at < first; });
  return {place, boundaries.end()};
}

bool fits(std::span<const Boundary> boundaries, unsigned shift) {
  const std::uint32_t size = 1U << shift;
  std::uint32_t part = 0;
  unsigned inside = 0;
  for (const Boundary& boundary : boundaries) {
    if (std::uint32_t{boundary.at} >> shift != part) {
      part = std::uint32_t{boundary.at} >> shift;
      inside = 0;
    }
    // A boundary where the part begins gives the value to start with.
    if ((boundary.at & (size - 1)) != 0 && ++inside > kBlockBoundaries) return false;
  }
  return true;
}

}  // namespace

PagePlan plan_page(std::span<const Boundary> boundaries, std::uint32_t value) {
  PagePlan plan{16, {}, {}};
  while (!fits(boundaries, plan.shift)) --plan.shift;
  const std::uint32_t size = 1U << plan.shift;
  for (std::uint32_t first = 0; first < kNumbers; first += size) {
    while (!boundaries.empty() && boundaries.front().at <= first) {
      value = boundaries.front().value;
      boundaries = boundaries.subspan(1);
    }
    const auto after = from(boundaries, first + size);
    const auto inside = boundaries.first(boundaries.size() - after.size());
    // Joins the block before when that has room, which begins with `joined` boundaries.
    if (!plan.blocks.empty()) {
      Block& block = plan.blocks.back();
      const auto joined =
          static_cast<std::size_t>(inside.data() + inside.size() - block.boundaries.data());
      if (joined <= kBlockBoundaries) {
        block.boundaries = {block.boundaries.data(), joined};
        plan.parts.push_back(static_cast<std::uint32_t>(plan.blocks.size() - 1));
        continue;
      }
    }
    plan.blocks.push_back({inside, value});
    plan.parts.push_back(static_cast<std::uint32_t>(plan.blocks.size() - 1));
  }
  return plan;
}

}  // namespace servicetags::index
