// prefixes(), ranges() and the tree of a MaxMind DB against the linear list: on random worlds,
// and on real files.
#include <doctest/doctest.h>

#include <algorithm>
#include <random>

#include "servicetags/servicetags.hpp"
#include "support/linear_oracle.hpp"
#include "support/mmdb_reader.hpp"
#include "support/next_address.hpp"
#include "support/random_prefixes.hpp"
#include "support/real_files.hpp"

using namespace servicetags;
using servicetags::testing::LinearOracle;
using servicetags::testing::MmdbReader;

namespace {

constexpr std::uint64_t kSeed = 20261125;
#ifdef SERVICETAGS_SANITIZED
constexpr std::size_t kShare = 40;
#else
constexpr std::size_t kShare = 4;
#endif

using Ids = std::vector<TagId>;

Ids ids_of(const LinearOracle& oracle, const Address& address) {
  Ids ids;
  for (const auto& answer : oracle.lookup(address)) ids.push_back(answer.tag);
  std::sort(ids.begin(), ids.end());
  return ids;
}
Ids ids_of(const Snapshot& snapshot, TagSetId set) {
  const auto ids = snapshot.tag_set(set);
  return {ids.begin(), ids.end()};
}

/// The tags that have a prefix which contains this one. Slow.
Ids ids_around(const Snapshot& snapshot, const Prefix& prefix) {
  Ids ids;
  for (TagId id = 0; id < snapshot.tags().size(); ++id) {
    const auto& prefixes = snapshot.tags()[id].prefixes;
    if (std::ranges::any_of(prefixes, [&](const Prefix& one) { return one.contains(prefix); })) {
      ids.push_back(id);
    }
  }
  return ids;
}

/// The range that holds an address: the empty set when none does.
TagSetId set_in(const std::vector<TaggedRange>& ranges, const Address& address) {
  const auto after = std::upper_bound(
      ranges.begin(), ranges.end(), address,
      [](const Address& asked, const TaggedRange& one) { return asked < one.addresses.first; });
  if (after == ranges.begin() || std::prev(after)->addresses.last < address) return 0;
  return std::prev(after)->set;
}

/// Sorted, apart, and cut only where the answer changes.
bool are_in_order(const std::vector<TaggedRange>& ranges) {
  for (std::size_t i = 0; i < ranges.size(); ++i) {
    if (ranges[i].set == 0 || ranges[i].addresses.last < ranges[i].addresses.first) return false;
    if (i == 0) continue;
    const TaggedRange& before = ranges[i - 1];
    if (!(before.addresses.last < ranges[i].addresses.first)) return false;
    const bool touch = testing::next(before.addresses.last) == ranges[i].addresses.first;
    if (touch && before.set == ranges[i].set) return false;
  }
  return true;
}

MmdbReader tree_of(const std::vector<TaggedPrefix>& prefixes) {
  data::MmdbTree tree;
  for (const TaggedPrefix& one : prefixes) tree.add(one.prefix, one.set);
  return MmdbReader(tree.write([](std::uint32_t set) { return set; }, 1U << 20U));
}

struct Tally {
  std::size_t asked = 0;
  std::size_t found = 0;
  std::size_t wrong = 0;
};

/// Of every `share`-th prefix its ends and the addresses beside it; with 1, its own tags too.
void compare(const Snapshot& snapshot, std::size_t share, Tally& tally) {
  const LinearOracle oracle(snapshot.tags());
  const std::vector<TaggedPrefix> prefixes = snapshot.prefixes();
  const std::vector<TaggedRange> ranges = snapshot.ranges();
  const MmdbReader tree = tree_of(prefixes);
  CHECK(are_in_order(ranges));
  CHECK(prefixes.size() == snapshot.info().distinct_prefix_count);
  for (std::size_t i = 0; i < prefixes.size(); i += share) {
    const Prefix& prefix = prefixes[i].prefix;
    if (share == 1 && ids_of(snapshot, prefixes[i].set) != ids_around(snapshot, prefix)) {
      ++tally.wrong;
    }
    std::vector<Address> edges{prefix.first(), prefix.last()};
    if (const auto before = testing::previous(prefix.first())) edges.push_back(*before);
    if (const auto after = testing::next(prefix.last())) edges.push_back(*after);
    for (const Address& address : edges) {
      const Ids expected = ids_of(oracle, address);
      const TagSetId set = set_in(ranges, address);
      // In a MaxMind DB, IPv4 is a part of IPv6: its own addresses are elsewhere there.
      const bool is_v4_there = !address.is_v4() && address.high() == 0 &&
                               (address.low() >> 32U == 0 || address.low() >> 32U == 0xffffU);
      ++tally.asked;
      tally.found += expected.empty() ? 0 : 1;
      if (ids_of(snapshot, set) != expected) ++tally.wrong;
      if (!is_v4_there && tree.find(address).value_or(0) != set) ++tally.wrong;
    }
  }
}

SnapshotPtr random_snapshot(std::mt19937_64& random) {
  Document document;
  const std::size_t tags = random() % 5;
  for (std::size_t i = 0; i < tags; ++i) {
    Tag tag;
    tag.name = "T" + std::to_string(i);
    for (const Family family : {Family::v4, Family::v6}) {
      const std::size_t count = random() % 30;
      const auto some = testing::random_prefixes(random, count, family);
      tag.prefixes.insert(tag.prefixes.end(), some.begin(), some.end());
    }
    document.tags.push_back(std::move(tag));
  }
  return Snapshot::make(std::move(document)).value();
}

}  // namespace

TEST_CASE("random worlds are cut as the linear list says") {
  MESSAGE("seed ", kSeed);
  std::mt19937_64 random(kSeed);
  Tally tally;
  for (std::size_t world = 0; world < 2'000 / kShare; ++world) {
    compare(*random_snapshot(random), 1, tally);
  }
  MESSAGE(tally.asked, " addresses, ", tally.found, " in a tag, ", tally.wrong, " wrong");
  CHECK(tally.wrong == 0);
  CHECK(tally.found > tally.asked / 4);
}

TEST_CASE("every real file is cut as the linear list says") {
  const auto files = testing::real_files();
  if (files.empty()) MESSAGE("LEFT OUT: no published files");
  Tally tally;
  for (const std::string& path : files) compare(*load(path).value(), kShare, tally);
  MESSAGE(tally.asked, " addresses, ", tally.found, " in a tag, ", tally.wrong, " wrong");
  CHECK(tally.wrong == 0);
}
