// Sets against bitmaps: every set of a small world, then random sets of the large one
// against lists that are merged step by step.
#include <doctest/doctest.h>

#include <algorithm>
#include <optional>
#include <random>
#include <set>

#include "servicetags/prefix_set.hpp"
#include "support/bitmap_set.hpp"
#include "support/next_address.hpp"
#include "support/random_prefixes.hpp"

using namespace servicetags;
using namespace servicetags::testing;

namespace {

constexpr std::uint64_t kSeed = 20251028;

bool sorted_and_apart(std::span<const Prefix> prefixes) {
  for (std::size_t i = 1; i < prefixes.size(); ++i) {
    if (!(prefixes[i - 1].last() < prefixes[i].first())) return false;
  }
  return true;
}

/// Whether the set is just these cells, in the fewest prefixes.
bool is_fewest(const SmallWorld& world, std::span<const Prefix> prefixes, Bitmap bitmap,
               const std::vector<std::uint8_t>& fewest) {
  return world.bitmap_of(prefixes) == bitmap && prefixes.size() == fewest[bitmap] &&
         sorted_and_apart(prefixes);
}

std::vector<PrefixSet> all_sets(const SmallWorld& world) {
  std::vector<PrefixSet> sets;
  for (Bitmap bitmap = 0; bitmap <= world.everything(); ++bitmap) {
    sets.emplace_back(world.prefixes_of(bitmap));
  }
  return sets;
}

/// The one prefix for two where `a` comes first, if there is one.
std::optional<Prefix> merge(const Prefix& a, const Prefix& b) {
  if (a.contains(b)) return a;
  if (a.length() != b.length() || a.length() == 0) return std::nullopt;
  const Prefix around(a.network(), a.length() - 1);
  return around.contains(b) ? std::optional(around) : std::nullopt;
}

bool merge_any_two(std::set<Prefix>& prefixes) {
  for (auto a = prefixes.begin(); a != prefixes.end(); ++a) {
    for (auto b = std::next(a); b != prefixes.end(); ++b) {
      const std::optional<Prefix> merged = merge(*a, *b);
      if (!merged) continue;
      prefixes.erase(b);
      prefixes.erase(a);
      prefixes.insert(*merged);
      return true;
    }
  }
  return false;
}

std::vector<Prefix> merge_slowly(const std::vector<Prefix>& prefixes) {
  std::set<Prefix> left(prefixes.begin(), prefixes.end());
  while (merge_any_two(left)) {
  }
  return {left.begin(), left.end()};
}

std::vector<Prefix> random_list(std::mt19937_64& random, std::size_t most) {
  auto prefixes = random_prefixes(random, random() % most, Family::v4);
  const auto more = random_prefixes(random, random() % most, Family::v6);
  prefixes.insert(prefixes.end(), more.begin(), more.end());
  std::shuffle(prefixes.begin(), prefixes.end(), random);
  return prefixes;
}

/// Everything in both families that is not in the set.
PrefixSet invert(const PrefixSet& set) {
  return unite(complement(set, Family::v4), complement(set, Family::v6));
}

}  // namespace

TEST_CASE("every set of 16 cells is kept in the fewest prefixes, from prefixes and from ranges") {
  std::size_t checked = 0;
  for (const SmallWorld& world : small_worlds(16)) {
    const auto fewest = world.fewest_blocks();
    for (Bitmap bitmap = 0; bitmap <= world.everything(); ++bitmap, ++checked) {
      const PrefixSet set(world.prefixes_of(bitmap));
      const auto ranges = world.ranges_of(bitmap);
      const bool right = is_fewest(world, set.prefixes(), bitmap, fewest) &&
                         set.ranges() == ranges && PrefixSet(ranges) == set;
      if (!right) CHECK_MESSAGE(false, world.name, ", cells ", bitmap);
    }
  }
  CHECK(checked == 9 * 65'536);
}

TEST_CASE("every list of nested and neighbouring blocks of 8 cells is aggregated") {
  std::size_t checked = 0;
  for (const SmallWorld& world : small_worlds(8)) {
    const auto fewest = world.fewest_blocks();
    const auto blocks = world.blocks();
    for (std::uint32_t chosen = 0; chosen < 1U << blocks.size(); ++chosen, ++checked) {
      std::vector<Prefix> list;
      Bitmap bitmap = 0;
      // From the last to the first, so that the order is not the sorted one.
      for (std::size_t i = blocks.size(); i-- > 0;) {
        if ((chosen >> i & 1U) == 0) continue;
        list.push_back(blocks[i].prefix);
        bitmap |= blocks[i].bitmap;
      }
      const bool right = is_fewest(world, aggregate(list), bitmap, fewest);
      if (!right) CHECK_MESSAGE(false, world.name, ", blocks ", chosen);
    }
  }
  // 15 blocks where the world is aligned, 14 where it straddles and has no block of all.
  CHECK(checked == 7 * 32'768 + 2 * 16'384);
}

TEST_CASE("every pair of sets of 8 cells is combined and compared as bitmaps are") {
  std::size_t checked = 0;
  for (const SmallWorld& world : small_worlds(8)) {
    const std::vector<PrefixSet> sets = all_sets(world);
    for (Bitmap a = 0; a <= world.everything(); ++a) {
      for (Bitmap b = 0; b <= world.everything(); ++b, ++checked) {
        const bool right =
            unite(sets[a], sets[b]) == sets[a | b] && intersect(sets[a], sets[b]) == sets[a & b] &&
            subtract(sets[a], sets[b]) == sets[a & ~b] &&
            sets[a].contains(sets[b]) == ((b & ~a) == 0) &&
            sets[a].overlaps(sets[b]) == ((a & b) != 0) && (sets[a] == sets[b]) == (a == b);
        if (!right) CHECK_MESSAGE(false, world.name, ", cells ", a, " and ", b);
      }
    }
  }
  CHECK(checked == 9 * 65'536);
}

TEST_CASE("every set of 8 cells has a complement, and contains just its own blocks") {
  std::size_t checked = 0;
  for (const SmallWorld& world : small_worlds(8)) {
    const auto blocks = world.blocks();
    const std::vector<PrefixSet> sets = all_sets(world);
    const AddressCount all = PrefixSet::all(world.family).address_count();
    for (Bitmap bitmap = 0; bitmap <= world.everything(); ++bitmap) {
      const PrefixSet& set = sets[bitmap];
      const PrefixSet rest = complement(set, world.family);
      bool right = intersect(rest, sets[world.everything()]) == sets[world.everything() & ~bitmap];
      right = right && set.address_count() + rest.address_count() == all;
      right = right && complement(rest, world.family) == set;
      for (const auto& block : blocks) {
        const bool inside = (block.bitmap & ~bitmap) == 0;
        right = right && set.contains(block.prefix) == inside;
        if (cell_count(block.bitmap) == 1) {
          right = right && set.contains(block.prefix.first()) == inside &&
                  set.contains(block.prefix.last()) == inside;
        }
        ++checked;
      }
      if (!right) CHECK_MESSAGE(false, world.name, ", cells ", bitmap);
    }
  }
  CHECK(checked == 256 * (7 * 15 + 2 * 14));
}

TEST_CASE("random lists are aggregated as one step at a time would, in any order") {
  MESSAGE("seed ", kSeed);
  std::mt19937_64 random(kSeed);
  std::size_t given = 0;
  std::size_t kept = 0;
  for (int round = 0; round < 300; ++round) {
    std::vector<Prefix> list = random_list(random, 60);
    const std::vector<Prefix> expected = merge_slowly(list);
    CHECK_MESSAGE(aggregate(list) == expected, "round ", round);
    std::shuffle(list.begin(), list.end(), random);
    CHECK_MESSAGE(aggregate(list) == expected, "round ", round, ", shuffled");
    given += list.size();
    kept += expected.size();
  }
  MESSAGE(given, " prefixes, ", kept, " kept");
  CHECK(given > 15'000);
  CHECK(kept > 5'000);
}

TEST_CASE("random sets contain the addresses of their prefixes and no neighbours") {
  std::mt19937_64 random(kSeed + 1);
  std::size_t checked = 0;
  std::size_t inside = 0;
  for (int round = 0; round < 100; ++round) {
    const std::vector<Prefix> list = random_list(random, 80);
    const PrefixSet set(list);
    std::vector<Address> queries;
    for (const Prefix& prefix : list) {
      for (const auto& edge : {std::optional(prefix.first()), std::optional(prefix.last()),
                               previous(prefix.first()), next(prefix.last())}) {
        if (edge) queries.push_back(*edge);
      }
    }
    for (const Address& query : queries) {
      const bool expected =
          std::any_of(list.begin(), list.end(), [&](const Prefix& p) { return p.contains(query); });
      if (set.contains(query) != expected) CHECK_MESSAGE(false, round, ": ", to_string(query));
      ++checked;
      inside += expected ? 1 : 0;
    }
  }
  CHECK(checked > 20'000);
  CHECK(inside < checked);
}

TEST_CASE("random sets of both families obey the laws of sets") {
  std::mt19937_64 random(kSeed + 2);
  std::size_t both = 0;
  for (int round = 0; round < 100; ++round) {
    const PrefixSet a(random_list(random, 300));
    const PrefixSet b(random_list(random, 300));
    const PrefixSet common = intersect(a, b);
    const PrefixSet only_a = subtract(a, b);
    both += common.empty() ? 0 : 1;
    CAPTURE(round);
    CHECK(unite(only_a, common) == a);
    CHECK(unite(a, b) == unite(b, a));
    CHECK(common == intersect(b, a));
    CHECK_FALSE(only_a.overlaps(b));
    CHECK(a.overlaps(b) != common.empty());
    CHECK(a.contains(common));
    CHECK(unite(a, b).contains(a));
    CHECK(only_a == intersect(a, invert(b)));
    CHECK(invert(unite(a, b)) == intersect(invert(a), invert(b)));
    CHECK(invert(common) == unite(invert(a), invert(b)));
    CHECK(invert(invert(a)) == a);
    CHECK(only_a.address_count() + common.address_count() == a.address_count());
    CHECK(PrefixSet(a.ranges()) == a);
    CHECK(unite(a.family(Family::v4), a.family(Family::v6)) == a);
    for (const PrefixSet& set : {common, only_a, unite(a, b), invert(a)}) {
      CHECK(PrefixSet(set.prefixes()) == set);
    }
  }
  CHECK(both > 50);
}
