// The lookup engine against a list read from end to end: each set of instructions, one by one
// and in batches, on tables of every shape that its structure treats in a way of its own.
#include <doctest/doctest.h>

#include <algorithm>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "index/set_table.hpp"
#include "servicetags/snapshot.hpp"
#include "support/address_bytes.hpp"
#include "support/next_address.hpp"
#include "support/real_files.hpp"

using namespace servicetags;
using namespace servicetags::index;
namespace testing = servicetags::testing;

namespace {

constexpr std::uint64_t kSeed = 20251028;

SetId find_linearly(const PrefixTable& table, const Address& address) {
  SetId set = kEmptySet;  // a prefix comes before all inside it, so the last match is longest
  for (Entry entry = 0; entry < table.size(); ++entry) {
    if (table.prefix(entry).contains(address)) set = table.set_of(entry);
  }
  return set;
}

/// First, last and the two beside each prefix; both ends of the families.
std::vector<Address> edges_of(const PrefixTable& table) {
  std::vector<Address> edges{Address::from_v4(0), Address::from_v4(0xffffffff),
                             Address::from_v6(0, 0), Address::from_v6(~0ULL, ~0ULL)};
  for (Entry entry = 0; entry < table.size(); ++entry) {
    const Prefix prefix = table.prefix(entry);
    edges.push_back(prefix.first());
    edges.push_back(prefix.last());
    if (const auto before = testing::previous(prefix.first())) edges.push_back(*before);
    if (const auto after = testing::next(prefix.last())) edges.push_back(*after);
  }
  return edges;
}

struct Asked {
  std::vector<std::uint32_t> v4;
  std::vector<Address6> v6;
  std::vector<SetId> v4_sets;
  std::vector<SetId> v6_sets;
};

/// How many answers, one by one or in a batch, are not `expected`.
std::size_t wrong_answers(const PrefixTable& prefixes, const std::vector<Address>& addresses,
                          const std::vector<SetId>& expected) {
  Asked asked;
  for (std::size_t i = 0; i < addresses.size(); ++i) {
    if (addresses[i].is_v4()) {
      asked.v4.push_back(addresses[i].v4());
      asked.v4_sets.push_back(expected[i]);
    } else if (!addresses[i].unmapped().is_v4()) {
      asked.v6.push_back(testing::bytes_of(addresses[i]));
      asked.v6_sets.push_back(expected[i]);
    }
  }
  std::size_t wrong = 0;
  for (const Kernels& kernels : usable_kernels()) {
    const SetTable table(prefixes, kernels);
    for (std::size_t i = 0; i < addresses.size(); ++i) {
      wrong += table.find(addresses[i]) != expected[i] ? 1 : 0;
    }
    std::vector<SetId> sets(asked.v4.size());
    table.find(asked.v4, sets);
    wrong += sets != asked.v4_sets ? 1 : 0;
    sets.resize(asked.v6.size());
    table.find(asked.v6, sets);
    wrong += sets != asked.v6_sets ? 1 : 0;
  }
  return wrong;
}

using Random = std::mt19937_64;

struct Shape {
  const char* name;
  std::function<Prefix(Random&)> prefix;
};

Address v6_from(std::uint64_t high, std::uint64_t low) { return Address::from_v6(high, low); }

unsigned between(Random& random, unsigned low, unsigned high) {
  return low + static_cast<unsigned>(random() % (high - low + 1));
}

const std::vector<Shape> kShapes{
    {"IPv4, dense in one /16",
     [](Random& random) {
       return Prefix(Address::from_v4(0x0a01'0000U | (random() & 0xffffU)),
                     between(random, 20, 32));
     }},
    {"IPv4, of any length",
     [](Random& random) {
       return Prefix(Address::from_v4(static_cast<std::uint32_t>(random())),
                     between(random, 0, 32));
     }},
    {"IPv6, as Azure's: /40 to /64, and /117 to /128 at the foot of a /64",
     [](Random& random) {
       const std::uint64_t high = 0x2603'1030'0000'0000U | (random() & 0xff'0003U);
       if (random() % 3 == 0) return Prefix(v6_from(high, 0), between(random, 40, 64));
       return Prefix(v6_from(high, random() & 0x7ffU), between(random, 117, 128));
     }},
    {"IPv6, with many boundaries in one /64 and in one /48",
     [](Random& random) {
       const std::uint64_t high = 0x2001'0db8'0001'0000U | (random() & 0xffffU);
       if (random() % 2 == 0) return Prefix(v6_from(high, 0), between(random, 52, 64));
       return Prefix(v6_from(0x2001'0db8'0001'0007U, random() & 0xffffU),
                     between(random, 112, 128));
     }},
    {"IPv6, with middle bits that differ inside one /64, or are not zero",
     [](Random& random) {
       const std::uint64_t high = 0x2001'0db8'0000'0000U | (random() & 7U);
       const std::uint64_t middle = random() % 3 == 0 ? (random() & 3U) << 40U : 5U << 16U;
       return Prefix(v6_from(high, middle | (random() & 0xffU)), between(random, 100, 128));
     }},
    {"IPv6, of any length, at both ends and where IPv4 is mapped",
     [](Random& random) {
       const std::uint64_t ends[] = {0, ~0ULL, 0x2001'0db8'0000'0000U, 0xffffU};
       const std::uint64_t lows[] = {0, ~0ULL, 0xffff'0a00'0000U, 0xffffU};
       return Prefix(v6_from(ends[random() % 4] ^ (random() & 3U), lows[random() % 4]),
                     between(random, 0, 128));
     }},
};

}  // namespace

TEST_CASE("random tables answer as the list does") {
  MESSAGE("seed ", kSeed);
  Random random(kSeed);
  for (const Shape& shape : kShapes) {
    CAPTURE(shape.name);
    std::size_t asked = 0;
    std::size_t found = 0;
    for (int round = 0; round < 60; ++round) {
      std::vector<Item> items;
      const std::uint64_t count = round % 4 == 0 ? 300 : 1 + random() % 60;
      for (std::uint64_t i = 0; i < count; ++i) {
        items.push_back({shape.prefix(random), static_cast<std::uint32_t>(random() % 9)});
      }
      const PrefixTable prefixes(items);
      std::vector<Address> addresses = edges_of(prefixes);
      for (int i = 0; i < 100; ++i) {
        const Address near = shape.prefix(random).network();
        addresses.push_back(near.is_v4() ? near : v6_from(near.high(), near.low() ^ random()));
      }
      std::shuffle(addresses.begin(), addresses.end(), random);
      std::vector<SetId> expected;
      for (const Address& address : addresses) {
        expected.push_back(find_linearly(prefixes, address));
        found += expected.back() != kEmptySet ? 1 : 0;
      }
      asked += addresses.size();
      const std::size_t wrong = wrong_answers(prefixes, addresses, expected);
      if (wrong != 0) CHECK_MESSAGE(false, "round ", round, ": ", wrong, " wrong");
    }
    CHECK(asked > 20'000);
    CHECK(found > asked / 10);
  }
}

TEST_CASE("every real file's edges give the set of the prefix that a binary search finds") {
  const std::vector<std::string> files = testing::real_files();
  if (files.empty()) {
    MESSAGE("LEFT OUT: no published files; set SERVICETAGS_TEST_DATA to their folder");
    return;
  }
  std::size_t asked = 0;
  for (const std::string& path : files) {
    const SnapshotPtr snapshot = load(path).value();
    std::vector<Item> items;
    for (TagId id = 0; id < snapshot->tags().size(); ++id) {
      for (const Prefix& prefix : snapshot->tags()[id].prefixes) items.push_back({prefix, id});
    }
    const PrefixTable prefixes(std::move(items));
    const std::vector<Address> addresses = edges_of(prefixes);
    std::vector<SetId> expected;
    for (const Address& address : addresses) {
      const Entry entry = prefixes.find(address);
      expected.push_back(entry == kNoEntry ? kEmptySet : prefixes.set_of(entry));
    }
    asked += addresses.size();
    CHECK_MESSAGE(wrong_answers(prefixes, addresses, expected) == 0, path);
  }
  MESSAGE(files.size(), " files, ", asked, " addresses, ", usable_kernels().size(),
          " sets of instructions");
}
