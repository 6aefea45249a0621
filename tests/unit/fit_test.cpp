#include <doctest/doctest.h>

#include <algorithm>
#include <initializer_list>
#include <limits>
#include <random>
#include <string>

#include "servicetags/prefix_set.hpp"
#include "support/bitmap_set.hpp"
#include "support/random_prefixes.hpp"

using namespace servicetags;
using namespace servicetags::testing;

namespace {

constexpr std::uint64_t kSeed = 20251028;

PrefixSet set_of(std::initializer_list<const char*> texts) {
  std::vector<Prefix> prefixes;
  for (const char* text : texts) prefixes.push_back(parse_prefix(text).value());
  return PrefixSet(prefixes);
}

std::string text(const PrefixSet& set) {
  std::string out;
  for (const Prefix& prefix : set.prefixes()) out += (out.empty() ? "" : " ") + to_string(prefix);
  return out;
}

AddressCount count(std::uint64_t addresses) { return {0, 0, addresses}; }

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

/// fit()'s recurrence over every block of a world of 2^bits addresses, empty or full ones
/// too, without a tree: the slow twin for worlds too large to enumerate.
std::vector<unsigned> cover_slowly(const std::vector<bool>& members, std::size_t begin,
                                   std::size_t end) {
  const auto first = members.begin() + static_cast<std::ptrdiff_t>(begin);
  const auto last = members.begin() + static_cast<std::ptrdiff_t>(end);
  const auto held = static_cast<std::size_t>(std::count(first, last, true));
  std::vector<unsigned> least(end - begin + 1, static_cast<unsigned>(end - begin - held));
  least[0] = held == 0 ? 0 : 100'000;  // with 0, 1, 2... blocks
  if (held == 0) std::fill(least.begin(), least.end(), 0);
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

}  // namespace

TEST_CASE("a set that has few enough prefixes is left as it is") {
  const PrefixSet set = set_of({"10.0.0.0/24", "10.0.2.0/24", "2001:db8::/32"});
  for (const std::size_t most : {std::size_t{3}, std::size_t{4}, std::size_t{1000},
                                 std::numeric_limits<std::size_t>::max()}) {
    const Fitted fitted = fit(set, most).value();
    CHECK(fitted.set == set);
    CHECK(fitted.added_v4.is_zero());
    CHECK(fitted.added_v6.is_zero());
  }
  CHECK(fit({}, 1).value().set.empty());
}

TEST_CASE("the cheapest gap is closed first") {
  const PrefixSet set = set_of({"10.0.0.0/24", "10.0.2.0/24", "10.8.0.0/30", "10.8.0.5"});
  const Fitted three = fit(set, 3).value();
  CHECK(text(three.set) == "10.0.0.0/24 10.0.2.0/24 10.8.0.0/29");
  CHECK(three.added_v4 == count(3));
  const Fitted two = fit(set, 2).value();
  CHECK(text(two.set) == "10.0.0.0/22 10.8.0.0/29");
  CHECK(two.added_v4 == count(512 + 3));
  const Fitted one = fit(set, 1).value();
  CHECK(text(one.set) == "10.0.0.0/12");
  CHECK(one.added_v4 == count((1U << 20U) - 512 - 5));
}

TEST_CASE("a place that would save nothing is not used") {
  // Joining the first two, a half and a quarter of 0.0.0.0/1, costs as much as joining the
  // last two; joining all costs as much as both.
  const PrefixSet sides = set_of({"0.0.0.0/2", "64.0.0.0/3", "128.0.0.0/2", "192.0.0.0/3"});
  CHECK(text(fit(sides, 3).value().set) == "0.0.0.0/1 128.0.0.0/2 192.0.0.0/3");
  CHECK(text(fit(sides, 2).value().set) == "0.0.0.0/0");
}

TEST_CASE("one prefix is the smallest around all, up to the whole family") {
  CHECK(text(fit(set_of({"10.0.0.1", "10.0.0.2"}), 1).value().set) == "10.0.0.0/30");
  const Fitted v4 = fit(set_of({"0.0.0.0", "255.255.255.255"}), 1).value();
  CHECK(text(v4.set) == "0.0.0.0/0");
  CHECK(to_string(v4.added_v4) == "4294967294");
  const char* const last = "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff";
  const Fitted v6 = fit(set_of({"::", last}), 1).value();
  CHECK(text(v6.set) == "::/0");
  CHECK(to_string(v6.added_v6) == "340282366920938463463374607431768211454");
}

TEST_CASE("each family has at least one place and a share of the rest") {
  const PrefixSet set = set_of({"10.0.0.1", "10.0.0.3", "10.0.0.5", "10.0.0.17", "10.0.0.33",
                                "10.0.0.65", "2001:db8::1", "2001:db8::3"});
  const Fitted two = fit(set, 2).value();
  CHECK(text(two.set) == "10.0.0.0/25 2001:db8::/126");
  CHECK(two.added_v4 == count(128 - 6));
  CHECK(two.added_v6 == count(2));
  const Fitted four = fit(set, 4).value();
  CHECK(four.set.family(Family::v4).size() == 3);
  CHECK(four.set.family(Family::v6).size() == 1);
  const Fitted seven = fit(set, 7).value();
  CHECK(seven.set.family(Family::v4).size() == 5);
  CHECK(seven.set.family(Family::v6).size() == 2);
}

TEST_CASE("places that one family has no use for go to the other") {
  // 3 and 3 of 4 would be 2 and 2; but two blocks of this IPv4 are no better than one.
  const PrefixSet v4 = set_of({"0.0.0.0/2", "64.0.0.0/3", "128.0.0.0/1"});
  const PrefixSet v6 = set_of({"2001:db8::1", "2001:db8::4", "2001:db8::10"});
  CHECK(fit(v4, 2).value().set.size() == 1);
  const Fitted fitted = fit(unite(v4, v6), 4).value();
  CHECK(text(fitted.set.family(Family::v4)) == "0.0.0.0/0");
  CHECK(fitted.set.family(Family::v6) == v6);

  const PrefixSet full_v6 = set_of({"::/2", "4000::/3", "8000::/1"});
  const PrefixSet few_v4 = set_of({"10.0.0.1", "10.0.0.4", "10.0.0.16"});
  const Fitted other_way = fit(unite(few_v4, full_v6), 4).value();
  CHECK(other_way.set.family(Family::v4) == few_v4);
  CHECK(text(other_way.set.family(Family::v6)) == "::/0");
}

TEST_CASE("too few places are refused, saying how many it takes") {
  const auto none = fit(set_of({"10.0.0.0/8"}), 0);
  REQUIRE_FALSE(none);
  CHECK(none.error().code == Errc::invalid_argument);
  CHECK(none.error().message.find("at least 1") != std::string::npos);
  CHECK_FALSE(fit({}, 0));
  const auto one = fit(set_of({"10.0.0.0/8", "2001:db8::/32"}), 1);
  REQUIRE_FALSE(one);
  CHECK(one.error().code == Errc::invalid_argument);
  CHECK(one.error().message.find("at least 2") != std::string::npos);
}

TEST_CASE("every set of 16 cells is covered as cheaply as any cover by as many blocks") {
  std::size_t checked = 0;
  for (const SmallWorld& world : small_worlds(16)) {
    // Across 2^64, one block around all is far larger than the world.
    const bool has_all = world.name.starts_with("all of");
    if (!has_all && !world.name.starts_with("across address")) continue;
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

TEST_CASE("random sets of 256 addresses are covered as cheaply as block by block") {
  MESSAGE("seed ", kSeed);
  std::mt19937_64 random(kSeed);
  constexpr std::uint64_t kHigh = 0x20010db8'00000000U;
  std::size_t checked = 0;
  for (int round = 0; round < 200; ++round) {
    const Family family = round % 2 == 0 ? Family::v4 : Family::v6;
    const unsigned density = 2 + static_cast<unsigned>(random() % 14);
    std::vector<bool> members(256);
    std::vector<Prefix> prefixes;
    for (std::uint32_t i = 0; i < members.size(); ++i) {
      // Runs, so that there are blocks of all sizes.
      const bool same = i > 0 && random() % 4 != 0;
      members[i] = same ? members[i - 1] : random() % density == 0;
      if (!members[i]) continue;
      const Address address = family == Family::v4
                                  ? Address::from_v4(0xc6336400U + i)
                                  : Address::from_v6(kHigh + (i >> 4U), std::uint64_t{i} << 60U);
      prefixes.emplace_back(address, family == Family::v4 ? 32 : 68);
    }
    const PrefixSet set(prefixes);
    const auto least = cover_slowly(members, 0, members.size());
    for (std::size_t most = 1; most <= set.size(); ++most, ++checked) {
      const Fitted fitted = fit(set, most).value();
      const AddressCount expected =
          family == Family::v4
              ? count(least[most])
              : AddressCount{0, least[most] >> 4U, std::uint64_t{least[most]} << 60U};
      const AddressCount added = family == Family::v4 ? fitted.added_v4 : fitted.added_v6;
      if (added != expected || !is_honest(set, most, fitted)) {
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
