// The index against a list read from end to end, on random tags of every shape.
#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <set>

#include "servicetags/prefix_set.hpp"
#include "servicetags/snapshot.hpp"
#include "support/linear_oracle.hpp"
#include "support/make_snapshot.hpp"

using namespace servicetags;
using servicetags::testing::LinearOracle;
using servicetags::testing::make_snapshot;

namespace {

constexpr std::uint64_t kSeed = 20251028;

/// A number with about `bits` random bits after a few common leading ones, so that
/// prefixes nest, touch and repeat.
Address random_address(std::mt19937_64& random, Family family) {
  if (family == Family::v4) {
    return Address::from_v4(0xc6120000U | static_cast<std::uint32_t>(random() & 0x3ffU));
  }
  // Few high parts and few low ones: both halves of an address decide.
  const std::uint64_t high = 0x20010db8'00000000U | (random() & 3U);
  const std::uint64_t low = (random() & 1U) << 63U | (random() & 0xffU);
  return Address::from_v6(high, low);
}

Prefix random_prefix(std::mt19937_64& random) {
  const Family family = (random() & 1U) != 0 ? Family::v4 : Family::v6;
  const unsigned bits = address_bits(family);
  const unsigned length = bits - static_cast<unsigned>(random() % (family == Family::v4 ? 12 : 70));
  return {random_address(random, family), length};
}

SnapshotPtr random_snapshot(std::mt19937_64& random) {
  std::vector<Tag> tags(1 + random() % 12);
  for (std::size_t i = 0; i < tags.size(); ++i) {
    tags[i].name = "Tag" + std::to_string(i);
    for (std::size_t n = random() % 25; n > 0; --n)
      tags[i].prefixes.push_back(random_prefix(random));
  }
  return make_snapshot(std::move(tags));
}

std::vector<LinearOracle::Answer> answers_of(const Snapshot& snapshot, const Matches& matches) {
  std::vector<LinearOracle::Answer> answers;
  for (const Match& match : matches) {
    answers.push_back(
        {static_cast<std::uint32_t>(match.tag - snapshot.tags().data()), match.prefix});
  }
  return answers;
}

/// From the definitions, with sets made anew for each tag.
Relation relate_slowly(const Tag& tag, const AddressRange& range) {
  const PrefixSet set(tag.prefixes);
  const PrefixSet wanted(std::span(&range, 1));
  const bool holds = subtract(wanted, set).empty();
  const bool inside = subtract(set, wanted).empty();
  if (holds && inside) return Relation::equal;
  if (holds) return Relation::contains;
  return inside ? Relation::contained : Relation::overlaps;
}

}  // namespace

TEST_CASE("random snapshots give the linear answer for addresses at and between all edges") {
  MESSAGE("seed ", kSeed);
  std::mt19937_64 random(kSeed);
  std::size_t asked = 0;
  std::size_t found = 0;
  for (int round = 0; round < 300; ++round) {
    const SnapshotPtr snapshot = random_snapshot(random);
    const LinearOracle oracle(snapshot->tags());
    std::vector<Address> queries;
    for (const Tag& tag : snapshot->tags()) {
      for (const Prefix& prefix : tag.prefixes) {
        queries.push_back(prefix.first());
        queries.push_back(prefix.last());
      }
    }
    for (int i = 0; i < 50; ++i) {
      queries.push_back(random_address(random, (random() & 1U) != 0 ? Family::v4 : Family::v6));
    }
    for (const Address& query : queries) {
      const auto expected = oracle.lookup(query);
      const Matches matches = snapshot->lookup(query);
      const auto got = answers_of(*snapshot, matches);
      const auto ids = snapshot->tag_ids(query);
      std::set<std::uint32_t> expected_ids;
      for (const auto& answer : expected) expected_ids.insert(answer.tag);
      const bool same =
          got == expected && matches.size() == expected.size() &&
          std::equal(ids.begin(), ids.end(), expected_ids.begin(), expected_ids.end());
      if (!same) CHECK_MESSAGE(false, "round ", round, ": ", to_string(query));
      ++asked;
      found += expected.empty() ? 0 : 1;
    }
  }
  MESSAGE(asked, " addresses, ", found, " in a tag");
  CHECK(asked > 50'000);
  CHECK(found > 10'000);
}

TEST_CASE("random snapshots give the linear answer for prefixes and ranges") {
  std::mt19937_64 random(kSeed + 1);
  std::size_t asked = 0;
  for (int round = 0; round < 200; ++round) {
    const SnapshotPtr snapshot = random_snapshot(random);
    const LinearOracle oracle(snapshot->tags());
    for (int i = 0; i < 40; ++i) {
      AddressRange range = AddressRange::of(random_prefix(random));
      if (i % 2 == 0) {
        const Family family = range.first.family();
        range = {random_address(random, family), random_address(random, family)};
        if (range.last < range.first) std::swap(range.first, range.last);
      }
      auto expected = oracle.overlaps(range);
      std::sort(expected.begin(), expected.end(), [](const auto& a, const auto& b) {
        if (a.prefix.length() != b.prefix.length()) return a.prefix.length() > b.prefix.length();
        return std::tie(a.prefix, a.tag) < std::tie(b.prefix, b.tag);
      });
      const auto got = snapshot->overlaps(range);
      bool same = got.size() == expected.size();
      for (std::size_t k = 0; same && k < got.size(); ++k) {
        const Tag& tag = snapshot->tags()[expected[k].tag];
        same = got[k].tag == &tag && got[k].prefix == expected[k].prefix &&
               got[k].relation == relate_slowly(tag, range);
      }
      if (!same) CHECK_MESSAGE(false, "round ", round, ": ", to_string(range));
      ++asked;
    }
  }
  CHECK(asked == 8'000);
}
