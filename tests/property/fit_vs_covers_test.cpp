// fit() against every possible cover of a small world, and against a slower recurrence over
// the blocks of a larger one.
#include <doctest/doctest.h>

#include <algorithm>
#include <limits>
#include <random>
#include <vector>

#include "servicetags/prefix_set.hpp"
#include "support/bitmap_set.hpp"
#include "support/random_prefixes.hpp"

using namespace servicetags;
using namespace servicetags::testing;

namespace {

constexpr std::uint64_t kSeed = 20251028;
constexpr unsigned kImpossible = 1'000'000;

/// Holds the set, in few enough prefixes, and says what it added.
bool is_honest(const PrefixSet& set, std::size_t most, const Fitted& fitted) {
  const auto added = [&](Family family) {
    return fitted.set.family(family).address_count() - set.family(family).address_count();
  };
  return fitted.set.contains(set) && fitted.set.size() <= most &&
         fitted.added_v4 == added(Family::v4) && fitted.added_v6 == added(Family::v6);
}

/// least[n][cells]: the fewest cells of any cover of `cells` by at most n blocks, found by
/// looking at every set that has so few blocks and handing it down to all its subsets.
std::vector<std::vector<std::uint8_t>> least_covers(const SmallWorld& world) {
  const auto blocks = world.fewest_blocks();
  std::vector<std::vector<std::uint8_t>> least(world.cells + 1);
  for (unsigned n = 1; n <= world.cells; ++n) {
    least[n].assign(blocks.size(), std::numeric_limits<std::uint8_t>::max());
    for (Bitmap cover = 0; cover < blocks.size(); ++cover) {
      if (blocks[cover] <= n) least[n][cover] = static_cast<std::uint8_t>(cell_count(cover));
    }
    for (unsigned cell = 0; cell < world.cells; ++cell) {
      for (Bitmap cells = 0; cells < blocks.size(); ++cells) {
        least[n][cells] = std::min(least[n][cells], least[n][cells | Bitmap{1} << cell]);
      }
    }
  }
  return least;
}

/// The fewest cells added by 0, 1, 2... blocks that cover the members from begin to end, a
/// power of two apart, trying each block and each way to split it.
std::vector<unsigned> cover_slowly(const std::vector<bool>& members, std::size_t begin,
                                   std::size_t end) {
  const auto first = members.begin() + static_cast<std::ptrdiff_t>(begin);
  const auto last = members.begin() + static_cast<std::ptrdiff_t>(end);
  const auto held = static_cast<std::size_t>(std::count(first, last, true));
  std::vector<unsigned> least(end - begin + 1, static_cast<unsigned>(end - begin - held));
  if (held == 0) return std::vector<unsigned>(least.size(), 0);
  least[0] = kImpossible;
  if (end - begin == 1) return least;
  const std::size_t middle = (begin + end) / 2;
  const auto left = cover_slowly(members, begin, middle);
  const auto right = cover_slowly(members, middle, end);
  for (std::size_t i = 0; i < left.size(); ++i) {
    for (std::size_t j = 0; j < right.size(); ++j) {
      least[i + j] = std::min(least[i + j], left[i] + right[j]);
    }
  }
  return least;
}

/// 256 cells, some of them members, in runs, so that there are blocks of all sizes.
std::vector<bool> random_members(std::mt19937_64& random) {
  const std::uint64_t rarity = 2 + random() % 14;
  std::vector<bool> members(256);
  for (std::size_t i = 0; i < members.size(); ++i) {
    const bool same = i > 0 && random() % 4 != 0;
    members[i] = same ? members[i - 1] : random() % rarity == 0;
  }
  return members;
}

/// IPv4 cells are addresses; IPv6 ones are /68, so that they lie across both halves.
PrefixSet set_of(const std::vector<bool>& members, Family family) {
  std::vector<Prefix> prefixes;
  for (std::uint32_t i = 0; i < members.size(); ++i) {
    if (!members[i]) continue;
    if (family == Family::v4) {
      prefixes.emplace_back(Address::from_v4(0xc6336400U + i), 32);
    } else {
      const std::uint64_t high = 0x20010db8'00000000U + (i >> 4U);
      prefixes.emplace_back(Address::from_v6(high, std::uint64_t{i} << 60U), 68);
    }
  }
  return PrefixSet(prefixes);
}

AddressCount size_of_cells(unsigned cells, Family family) {
  if (family == Family::v4) return {0, 0, cells};
  return {0, cells >> 4U, std::uint64_t{cells} << 60U};
}

}  // namespace

TEST_CASE("every set of 16 cells is covered as cheaply as any cover by as many blocks") {
  std::size_t checked = 0;
  for (const SmallWorld& world : small_worlds(16)) {
    // Across 2^64, one block around all is far larger than the world.
    const bool has_all = world.name == "all of IPv6";
    if (!has_all && world.name != "across address 2^64") continue;
    const auto least = least_covers(world);
    for (Bitmap cells = 1; cells <= world.everything(); ++cells) {
      const PrefixSet set(world.prefixes_of(cells));
      for (std::size_t most = has_all ? 1 : 2; most <= set.size(); ++most, ++checked) {
        const Fitted fitted = fit(set, most).value();
        const auto bitmap = world.bitmap_of(fitted.set.prefixes());
        const bool right =
            bitmap && cell_count(*bitmap) == least[most][cells] && is_honest(set, most, fitted);
        if (!right) CHECK_MESSAGE(false, world.name, ", cells ", cells, " in ", most);
        // Of the cheapest, one of the fewest prefixes.
        const std::size_t fewer = fitted.set.size() - 1;
        if (right && fewer > 0 && least[fewer][cells] == least[most][cells]) {
          CHECK_MESSAGE(false, world.name, ", cells ", cells, " in ", most, ": also in ", fewer);
        }
      }
    }
  }
  MESSAGE(checked, " covers");
  CHECK(checked > 500'000);
}

TEST_CASE("random sets of 256 cells are covered as cheaply as block by block") {
  MESSAGE("seed ", kSeed);
  std::mt19937_64 random(kSeed);
  std::size_t checked = 0;
  for (int round = 0; round < 200; ++round) {
    const Family family = round % 2 == 0 ? Family::v4 : Family::v6;
    const std::vector<bool> members = random_members(random);
    const PrefixSet set = set_of(members, family);
    const auto least = cover_slowly(members, 0, members.size());
    for (std::size_t most = 1; most <= set.size(); ++most, ++checked) {
      const Fitted fitted = fit(set, most).value();
      const AddressCount added = family == Family::v4 ? fitted.added_v4 : fitted.added_v6;
      const bool right = added == size_of_cells(least[most], family);
      if (!right || !is_honest(set, most, fitted)) {
        CHECK_MESSAGE(false, "round ", round, " in ", most);
      }
    }
  }
  MESSAGE(checked, " covers");
  CHECK(checked > 2'000);
}

TEST_CASE("random sets of both families fit, add less with every place, and always the same") {
  std::mt19937_64 random(kSeed + 1);
  std::size_t checked = 0;
  for (int round = 0; round < 20; ++round) {
    auto prefixes = random_prefixes(random, 300, Family::v4);
    const auto more = random_prefixes(random, 100 + random() % 300, Family::v6);
    prefixes.insert(prefixes.end(), more.begin(), more.end());
    const PrefixSet set(prefixes);
    AddressCount before_v4 = AddressCount::power_of_two(32);
    for (std::size_t most = 2; most <= set.size() + 1; most += 1 + most / 3, ++checked) {
      const Fitted fitted = fit(set, most).value();
      CAPTURE(round);
      CAPTURE(most);
      CHECK(is_honest(set, most, fitted));
      CHECK(fit(set, most).value().set == fitted.set);
      const Fitted v4 = fit(set.family(Family::v4), most).value();
      CHECK(v4.added_v4 <= before_v4);
      CHECK(v4.added_v4 <= fitted.added_v4);
      before_v4 = v4.added_v4;
    }
  }
  CHECK(checked > 200);
}
