// The prefixes of a file, and addresses of three mixes with what they are answered.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "index/set_table.hpp"
#include "servicetags/document.hpp"
#include "support/address_bytes.hpp"
#include "support/file.hpp"

namespace servicetags::bench {

using namespace servicetags::index;

inline constexpr std::size_t kQueries = std::size_t{1} << 20U;
inline constexpr std::size_t kPopular = 65'536;
inline constexpr std::uint64_t kSeed = 20251028;

/// Addresses of one mix, in the forms that structures take.
struct Queries {
  std::string name;
  std::vector<Address> addresses;
  std::vector<std::uint32_t> v4;
  std::vector<Address6> v6;
  std::vector<std::string> texts;
  std::vector<SetId> answers;
};

class World {
 public:
  explicit World(const std::string& path) {
    const Document document = parse_document(read_file(path, 1U << 30U).value()).value();
    std::vector<Item> items;
    for (std::uint32_t id = 0; id < document.tags.size(); ++id) {
      for (const Prefix& prefix : document.tags[id].prefixes) items.push_back({prefix, id});
    }
    prefixes = std::make_unique<PrefixTable>(std::move(items));
    sets = std::make_unique<SetTable>(*prefixes);
    for (const Family family : {Family::v4, Family::v6}) {
      for (const char* mix : {"inside", "log-like", "uniform"})
        queries.push_back(make(family, mix));
    }
  }

  std::unique_ptr<PrefixTable> prefixes;
  std::unique_ptr<SetTable> sets;
  std::vector<Queries> queries;  // three mixes of IPv4, three of IPv6

 private:
  /// A random address of a random prefix; or any, of IPv6 in 2000::/3.
  Address inside(Family family) {
    while (true) {
      const Prefix prefix = prefixes->prefix(static_cast<Entry>(random_() % prefixes->size()));
      if (prefix.family() != family) continue;
      const ip::Uint128 host = ip::host_mask(family, prefix.length());
      const ip::Uint128 noise = ip::make_uint128(random_(), random_());
      return ip::address_of(family, ip::number_of(prefix.network()) | (noise & host));
    }
  }
  Address uniform(Family family) {
    if (family == Family::v4) return Address::from_v4(static_cast<std::uint32_t>(random_()));
    return Address::from_v6(0x2000'0000'0000'0000U | random_() >> 3U, random_());
  }
  Address mixed(Family family) { return random_() % 10 < 6 ? inside(family) : uniform(family); }

  Queries make(Family family, const std::string& mix) {
    Queries made;
    made.name = std::string(family == Family::v4 ? "IPv4" : "IPv6") + " " + mix;
    std::vector<Address> popular;
    std::vector<double> up_to;  // by Zipf's law: the n-th is asked for 1/n as often
    double sum = 0;
    for (std::size_t n = 1; n <= kPopular; ++n) {
      popular.push_back(mixed(family));
      up_to.push_back(sum += 1.0 / static_cast<double>(n));
    }
    std::uniform_real_distribution<double> share(0, sum);
    for (std::size_t i = 0; i < kQueries; ++i) {
      Address address = mix == "inside" ? inside(family) : uniform(family);
      if (mix == "log-like") {
        const auto place = std::lower_bound(up_to.begin(), up_to.end() - 1, share(random_));
        address = popular[static_cast<std::size_t>(place - up_to.begin())];
      }
      add(made, address);
    }
    return made;
  }
  void add(Queries& made, const Address& address) {
    made.addresses.push_back(address);
    made.texts.push_back(to_string(address));
    if (address.is_v4()) {
      made.v4.push_back(address.v4());
    } else {
      made.v6.push_back(testing::bytes_of(address));
    }
    const Entry entry = prefixes->find(address);
    made.answers.push_back(entry == kNoEntry ? kEmptySet : prefixes->set_of(entry));
  }

  std::mt19937_64 random_{kSeed};
};

}  // namespace servicetags::bench
