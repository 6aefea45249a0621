// Addresses as 128-bit numbers: the arithmetic behind prefixes, sets and the index.
// Tested by: tests/unit/uint128_test.cpp
#pragma once

#include <cstdint>

#include "servicetags/address.hpp"
#include "servicetags/address_count.hpp"

namespace servicetags::ip {

__extension__ using Uint128 = unsigned __int128;

constexpr Uint128 make_uint128(std::uint64_t high, std::uint64_t low) noexcept {
  return static_cast<Uint128>(high) << 64U | low;
}
constexpr std::uint64_t high_half(Uint128 number) noexcept {
  return static_cast<std::uint64_t>(number >> 64U);
}
constexpr std::uint64_t low_half(Uint128 number) noexcept {
  return static_cast<std::uint64_t>(number);
}

constexpr Uint128 number_of(const Address& address) noexcept {
  return make_uint128(address.high(), address.low());
}
/// REQUIRES a number of at most address_bits(family) bits.
constexpr Address address_of(Family family, Uint128 number) noexcept {
  return family == Family::v4 ? Address::from_v4(static_cast<std::uint32_t>(number))
                              : Address::from_v6(high_half(number), low_half(number));
}

/// The highest address of a family, which is also a mask of all its bits.
constexpr Uint128 last_number(Family family) noexcept {
  return family == Family::v4 ? Uint128{0xffff'ffffU} : ~Uint128{0};
}
/// Ones where addresses inside a prefix of this length differ.
constexpr Uint128 host_mask(Family family, unsigned length) noexcept {
  const unsigned host_bits = address_bits(family) - length;
  return host_bits >= 128 ? ~Uint128{0} : (Uint128{1} << host_bits) - 1;
}

/// last - first + 1: may be 2^128. REQUIRES first <= last.
constexpr AddressCount count_between(Uint128 first, Uint128 last) noexcept {
  const Uint128 span = last - first;
  if (span == ~Uint128{0}) return {1, 0, 0};
  return {0, high_half(span + 1), low_half(span + 1)};
}

}  // namespace servicetags::ip
