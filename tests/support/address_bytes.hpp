// An address as packets have it.
#pragma once

#include <array>
#include <cstdint>

#include "servicetags/address.hpp"

namespace servicetags::testing {

/// Network byte order; IPv4 in its mapped form (RFC 4291 section 2.5.5.2).
inline std::array<std::uint8_t, 16> bytes_of(const Address& address) {
  const std::uint64_t low =
      address.is_v4() ? 0xffff'0000'0000U | std::uint64_t{address.v4()} : address.low();
  std::array<std::uint8_t, 16> bytes{};
  for (unsigned i = 0; i < 8; ++i) {
    bytes[i] = static_cast<std::uint8_t>(address.high() >> (56 - 8 * i));
    bytes[8 + i] = static_cast<std::uint8_t>(low >> (56 - 8 * i));
  }
  return bytes;
}

}  // namespace servicetags::testing
