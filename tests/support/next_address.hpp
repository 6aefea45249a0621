// The neighbours of an address.
#pragma once

#include <optional>

#include "ip/uint128.hpp"

namespace servicetags::testing {

inline std::optional<Address> next(const Address& address) {
  const ip::Uint128 number = ip::number_of(address);
  if (number == ip::last_number(address.family())) return std::nullopt;
  return ip::address_of(address.family(), number + 1);
}

inline std::optional<Address> previous(const Address& address) {
  const ip::Uint128 number = ip::number_of(address);
  if (number == 0) return std::nullopt;
  return ip::address_of(address.family(), number - 1);
}

}  // namespace servicetags::testing
