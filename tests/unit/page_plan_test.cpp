#include "index/page_plan.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <set>

using namespace servicetags::index;

namespace {

std::vector<Boundary> boundaries_at(const std::set<std::uint16_t>& places) {
  std::vector<Boundary> boundaries;
  for (const std::uint16_t at : places) boundaries.push_back({at, at + 100'000U});
  return boundaries;
}

/// The value at a number as the plan gives it, and as the list of boundaries does.
std::uint32_t planned(const PagePlan& plan, std::uint32_t number) {
  const Block& block = plan.blocks.at(plan.parts.at(number >> plan.shift));
  std::uint32_t value = block.value;
  for (const Boundary& boundary : block.boundaries) {
    if (boundary.at <= number) value = boundary.value;
  }
  return value;
}
std::uint32_t listed(const std::vector<Boundary>& boundaries, std::uint32_t number) {
  std::uint32_t value = 7;
  for (const Boundary& boundary : boundaries) {
    if (boundary.at <= number) value = boundary.value;
  }
  return value;
}

/// How many numbers the plan answers otherwise than the list: around each boundary and each
/// edge of a part.
unsigned wrong(const PagePlan& plan, const std::vector<Boundary>& boundaries) {
  std::set<std::uint32_t> numbers{0, 0xffff};
  for (const Boundary& boundary : boundaries) {
    numbers.insert({boundary.at - 1U, boundary.at});
    if (boundary.at < 0xffff) numbers.insert(boundary.at + 1U);
  }
  for (std::uint32_t edge = 1U << plan.shift; edge < 0x10000; edge += 1U << plan.shift) {
    numbers.insert({edge - 1, edge});
  }
  return static_cast<unsigned>(std::count_if(
      numbers.begin(), numbers.end(),
      [&](std::uint32_t number) { return planned(plan, number) != listed(boundaries, number); }));
}

}  // namespace

TEST_CASE("without boundaries a page is one part") {
  const PagePlan plan = plan_page({}, 7);
  CHECK(plan.shift == 16);
  CHECK(plan.parts == std::vector<std::uint32_t>{0});
  REQUIRE(plan.blocks.size() == 1);
  CHECK(plan.blocks[0].value == 7);
  CHECK(plan.blocks[0].boundaries.empty());
}

TEST_CASE("31 boundaries make one part, the 32nd makes two") {
  std::set<std::uint16_t> places;
  for (unsigned i = 0; i < 31; ++i) places.insert(static_cast<std::uint16_t>(1 + 2000 * i));
  CHECK(plan_page(boundaries_at(places), 7).shift == 16);
  places.insert(0xffff);
  const auto boundaries = boundaries_at(places);
  const PagePlan plan = plan_page(boundaries, 7);
  CHECK(plan.shift == 15);
  CHECK(plan.blocks.size() == 2);
  CHECK(wrong(plan, boundaries) == 0);
}

TEST_CASE("a boundary where a part begins takes no room in it") {
  std::set<std::uint16_t> places{0x8000};
  for (unsigned i = 0; i < 31; ++i) {
    places.insert(static_cast<std::uint16_t>(1 + i));
    places.insert(static_cast<std::uint16_t>(0x8001 + i));
  }
  const auto boundaries = boundaries_at(places);
  const PagePlan plan = plan_page(boundaries, 7);
  CHECK(plan.shift == 15);
  CHECK(plan.blocks.size() == 2);
  CHECK(plan.blocks[1].value == 0x8000 + 100'000);
  CHECK(wrong(plan, boundaries) == 0);
}

TEST_CASE("neighbours share a block") {
  // The drawing in the header.
  std::set<std::uint16_t> places;
  for (unsigned i = 0; i < 20; ++i) places.insert(static_cast<std::uint16_t>(100 + i));
  for (unsigned i = 0; i < 9; ++i) places.insert(static_cast<std::uint16_t>(20'000 + i));
  for (unsigned i = 0; i < 5; ++i) places.insert(static_cast<std::uint16_t>(40'000 + i));
  for (unsigned i = 0; i < 30; ++i) places.insert(static_cast<std::uint16_t>(60'000 + i));
  const auto boundaries = boundaries_at(places);
  const PagePlan plan = plan_page(boundaries, 7);
  CHECK(plan.shift == 14);
  CHECK(plan.parts == std::vector<std::uint32_t>{0, 0, 1, 2});
  CHECK(wrong(plan, boundaries) == 0);
}

TEST_CASE("a boundary at every number is the densest there is") {
  std::set<std::uint16_t> places;
  for (unsigned at = 1; at < 0x10000; ++at) places.insert(static_cast<std::uint16_t>(at));
  const auto boundaries = boundaries_at(places);
  const PagePlan plan = plan_page(boundaries, 7);
  CHECK(plan.shift == 5);
  CHECK(plan.parts.size() == 2048);
  for (const Block& block : plan.blocks) CHECK(block.boundaries.size() == kBlockBoundaries);
}

TEST_CASE("random pages answer as the list, with blocks in bounds and none to spare") {
  constexpr std::uint64_t kSeed = 16;
  MESSAGE("seed ", kSeed);
  std::mt19937_64 random(kSeed);
  for (int round = 0; round < 300; ++round) {
    std::set<std::uint16_t> places;
    const std::uint64_t narrow = random() % 12;  // clusters, so that parts differ
    const std::uint64_t base = random();
    for (std::uint64_t n = random() % 300; n > 0; --n) {
      const std::uint64_t at = n % 3 == 0 ? random() : base + (random() & (0xffffU >> narrow));
      if ((at & 0xffffU) != 0) places.insert(static_cast<std::uint16_t>(at));
    }
    const auto boundaries = boundaries_at(places);
    const PagePlan plan = plan_page(boundaries, 7);
    REQUIRE(plan.parts.size() == std::size_t{1} << (16U - plan.shift));
    REQUIRE(std::is_sorted(plan.parts.begin(), plan.parts.end()));
    REQUIRE(plan.parts.back() + 1 == plan.blocks.size());
    for (const Block& block : plan.blocks) {
      REQUIRE(block.boundaries.size() <= kBlockBoundaries);
    }
    if (wrong(plan, boundaries) != 0) CHECK_MESSAGE(false, "round ", round);
  }
}
