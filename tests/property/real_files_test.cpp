// Every published file at hand against a list read from end to end.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <random>
#include <set>
#include <string>

#include "servicetags/prefix_set.hpp"
#include "servicetags/resolve.hpp"
#include "servicetags/snapshot.hpp"
#include "support/linear_oracle.hpp"
#include "support/next_address.hpp"
#include "support/real_files.hpp"

using namespace servicetags;
using servicetags::testing::LinearOracle;
using servicetags::testing::real_file;
using servicetags::testing::real_files;

namespace {

constexpr std::uint64_t kSeed = 20251028;
constexpr std::size_t kRandomAddresses = 1'000'000;  // over all files

#if defined(SERVICETAGS_SANITIZED)
constexpr std::size_t kShare = 50;  // sanitized builds ask one address in so many
#else
constexpr std::size_t kShare = 1;
#endif

struct Tally {
  std::size_t asked = 0;
  std::size_t found = 0;
  std::size_t wrong = 0;
};

void ask(const Snapshot& snapshot, const LinearOracle& oracle, const Address& address,
         Tally& tally) {
  const auto expected = oracle.lookup(address);
  const Matches matches = snapshot.lookup(address);
  bool same = matches.size() == expected.size();
  auto want = expected.begin();
  for (const Match& match : matches) {
    if (want == expected.end()) break;
    const auto tag = static_cast<std::uint32_t>(match.tag - snapshot.tags().data());
    same = same && tag == want->tag && match.prefix == want->prefix;
    ++want;
  }
  ++tally.asked;
  tally.found += expected.empty() ? 0 : 1;
  if (same) return;
  if (++tally.wrong <= 10) CHECK_MESSAGE(false, "wrong tags for ", to_string(address));
}

/// First, last, one before and one after each distinct prefix.
std::vector<Address> edges_of(const Snapshot& snapshot) {
  std::set<Prefix> prefixes;
  for (const Tag& tag : snapshot.tags()) {
    prefixes.insert(tag.prefixes.begin(), tag.prefixes.end());
  }
  std::vector<Address> edges;
  for (const Prefix& prefix : prefixes) {
    edges.push_back(prefix.first());
    edges.push_back(prefix.last());
    if (const auto before = testing::previous(prefix.first())) edges.push_back(*before);
    if (const auto after = testing::next(prefix.last())) edges.push_back(*after);
  }
  return edges;
}

Address random_address(std::mt19937_64& random) {
  const std::uint64_t kind = random() % 3;
  if (kind == 0) return Address::from_v6(0x20000000'00000000U | random() >> 3U, random());
  // Half of IPv4 from where Azure's addresses are dense, so that many are found.
  const auto number = static_cast<std::uint32_t>(random());
  return Address::from_v4(kind == 1 ? number : (number & 0x00ff'ffffU) | 0x1400'0000U);
}

}  // namespace

TEST_CASE("every real file answers as the linear list does") {
  const std::vector<std::string> files = real_files();
  if (files.empty()) {
    MESSAGE("LEFT OUT: no published files; set SERVICETAGS_TEST_DATA to their folder");
    return;
  }
  MESSAGE("seed ", kSeed, ", one address in ", kShare);
  std::mt19937_64 random(kSeed);
  Tally tally;
  std::size_t edge_count = 0;
  for (const std::string& path : files) {
    const SnapshotPtr snapshot = load(path).value();
    const LinearOracle oracle(snapshot->tags());
    const std::vector<Address> edges = edges_of(*snapshot);
    edge_count += edges.size();
    for (std::size_t i = 0; i < edges.size(); i += kShare) ask(*snapshot, oracle, edges[i], tally);
    for (std::size_t i = 0; i < kRandomAddresses / files.size() / kShare; ++i) {
      ask(*snapshot, oracle, random_address(random), tally);
    }
  }
  MESSAGE(files.size(), " files, ", edge_count, " edges, ", tally.asked, " addresses asked, ",
          tally.found, " in a tag, ", tally.wrong, " wrong");
  CHECK(tally.wrong == 0);
  CHECK(tally.asked >= (edge_count + kRandomAddresses) / kShare - 2 * files.size());
  CHECK(tally.found > tally.asked / 4);
}

TEST_CASE("aggregating any tag of any real file keeps exactly its addresses") {
  const std::vector<std::string> files = real_files();
  if (files.empty()) {
    MESSAGE("LEFT OUT: no published files");
    return;
  }
  std::size_t tags = 0;
  for (const std::string& path : files) {
    const SnapshotPtr snapshot = load(path).value();
    for (const Tag& tag : snapshot->tags()) {
      const PrefixSet set(tag.prefixes);
      // Nothing lost: each prefix is held. Nothing added: each aggregate is covered by
      // the tag's own prefixes, counted without overlap.
      AddressCount covered;
      const Prefix* outer = nullptr;
      bool kept = true;
      for (const Prefix& prefix : tag.prefixes) {
        kept = kept && set.contains(prefix);
        if (outer != nullptr && outer->contains(prefix)) continue;
        outer = &prefix;
        covered += AddressCount::power_of_two(address_bits(prefix.family()) - prefix.length());
      }
      if (!kept || covered != set.address_count() || set.size() > tag.prefixes.size()) {
        CHECK_MESSAGE(false, path, ": ", tag.name);
      }
      ++tags;
    }
  }
  MESSAGE(tags, " tags aggregated");
  CHECK(tags > 7'000);
}

TEST_CASE("AzureCloud of October 2025 becomes a quarter of its entries") {
  const std::string path = real_file("ServiceTags_Public_20251028.json");
  if (path.empty()) {
    MESSAGE("LEFT OUT: ServiceTags_Public_20251028.json");
    return;
  }
  const SnapshotPtr snapshot = load(path).value();
  const PrefixSet cloud(snapshot->find_tag("AzureCloud")->prefixes);
  MESSAGE("AzureCloud: ", snapshot->find_tag("AzureCloud")->prefixes.size(), " -> ", cloud.size());
  CHECK(snapshot->find_tag("AzureCloud")->prefixes.size() > 13'000);
  CHECK(cloud.size() > 3'000);
  CHECK(cloud.size() < 3'300);
}

TEST_CASE("every regional tag of every real file is found by base and region") {
  const std::vector<std::string> files = real_files();
  if (files.empty()) {
    MESSAGE("LEFT OUT: no published files");
    return;
  }
  std::size_t regional = 0;
  std::size_t by_region = 0;
  for (const std::string& path : files) {
    const SnapshotPtr snapshot = load(path).value();
    for (const Tag& tag : snapshot->tags()) {
      const Region* region = snapshot->region_of(tag);
      REQUIRE((region != nullptr) == tag.is_regional());
      if (region == nullptr) continue;
      ++regional;
      const std::string base = tag.name.substr(0, tag.name.rfind('.'));
      for (const std::string& spelling : {region->name, region->display, region->suffix}) {
        const TagResolution found = resolve_tag(*snapshot, base, spelling);
        // A tag such as AzurePortal.AzureAppServiceUx has a region and does not name it.
        if (found.tag == &tag) ++by_region;
        const bool names_region = resolve_tag(*snapshot, tag.name).tag == &tag;
        if (!names_region) CHECK_MESSAGE(false, path, ": ", tag.name);
      }
    }
  }
  MESSAGE(regional, " regional tags, ", by_region, " found by base and region in three spellings");
  CHECK(regional > 6'000);
  CHECK(by_region >= 3 * regional - 6);
}
