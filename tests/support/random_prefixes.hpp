// Lists of prefixes with the shapes of published ones (clusters, nesting, neighbours) and
// those that break code (repeats, both ends of a family, very short and very long).
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

#include "ip/uint128.hpp"
#include "servicetags/prefix.hpp"

namespace servicetags::testing {

// No std::..._distribution, and one draw a statement: else results would depend on the
// standard library and the compiler.
class PrefixGenerator {
 public:
  PrefixGenerator(std::mt19937_64& random, std::size_t n, Family family)
      : random_(random), family_(family), clusters_(1 + n / 64) {
    for (ip::Uint128& cluster : clusters_) cluster = number();
  }

  /// One more prefix, often a relative of `before`.
  Prefix next(const std::vector<Prefix>& before) {
    const std::uint64_t dice = below(16);
    if (dice == 0) return at_an_end();
    if (before.empty() || dice > 7) return in_a_cluster();
    const Prefix& known = before[below(before.size())];
    if (dice == 1) return known;
    return dice < 4 ? neighbour(known) : dice < 7 ? inside(known) : around(known);
  }

  /// A block of up to the whole family.
  Prefix very_short() {
    const auto length = static_cast<unsigned>(below(5));
    return make(number(), length);
  }

 private:
  std::uint64_t below(std::uint64_t limit) { return random_() % limit; }
  ip::Uint128 number() {
    const std::uint64_t high = random_();
    return ip::make_uint128(high, random_()) & ip::last_number(family_);
  }
  [[nodiscard]] unsigned bits() const { return address_bits(family_); }
  [[nodiscard]] Prefix make(ip::Uint128 number, unsigned length) const {
    return {ip::address_of(family_, number), length};
  }

  /// Mostly long, as published ones are.
  unsigned length() {
    constexpr std::array<std::uint8_t, 12> kV4 = {32, 32, 32, 31, 30, 29, 28, 28, 27, 26, 24, 21};
    constexpr std::array<std::uint8_t, 12> kV6 = {128, 128, 127, 126, 125, 124,
                                                  124, 121, 118, 64,  56,  48};
    return (family_ == Family::v4 ? kV4 : kV6)[below(kV4.size())];
  }

  /// A cluster is a /18, or a /44 in which only the middle bits and the lowest ones vary.
  Prefix in_a_cluster() {
    const ip::Uint128 cluster = clusters_[below(clusters_.size())];
    const unsigned drawn = length();
    if (family_ == Family::v4) return make(cluster ^ below(1U << 14U), drawn);
    const std::uint64_t middle = below(1U << 20U);
    return make(cluster ^ ip::make_uint128(middle, below(1024)), drawn);
  }
  Prefix at_an_end() {
    const ip::Uint128 end = below(2) == 0 ? 0 : ip::last_number(family_);
    return make(end, length());
  }
  /// The other half of the same block.
  Prefix neighbour(const Prefix& known) {
    if (known.length() == 0) return known;
    const ip::Uint128 half = ip::Uint128{1} << (bits() - known.length());
    return make(ip::number_of(known.network()) ^ half, known.length());
  }
  Prefix inside(const Prefix& known) {
    const auto longer = static_cast<unsigned>(1 + below(8));
    const ip::Uint128 host = number() & ip::host_mask(family_, known.length());
    return make(ip::number_of(known.network()) | host, std::min(known.length() + longer, bits()));
  }
  Prefix around(const Prefix& known) {
    return make(ip::number_of(known.network()), std::max(known.length(), 1U) - 1);
  }

  std::mt19937_64& random_;
  Family family_;
  std::vector<ip::Uint128> clusters_;
};

/// `n` prefixes of one family in no order; the same for the same state of `random`. In one
/// list of eight, a very short one is around a good part of the others.
inline std::vector<Prefix> random_prefixes(std::mt19937_64& random, std::size_t n, Family family) {
  PrefixGenerator generator(random, n, family);
  std::vector<Prefix> prefixes;
  while (prefixes.size() < n) prefixes.push_back(generator.next(prefixes));
  if (n > 0 && random() % 8 == 0) prefixes.back() = generator.very_short();
  return prefixes;
}

}  // namespace servicetags::testing
