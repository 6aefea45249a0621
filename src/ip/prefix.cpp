// Prefixes and ranges: arithmetic and printing.
// Tested by: tests/unit/prefix_test.cpp
#include "servicetags/prefix.hpp"

#include "ip/uint128.hpp"

namespace servicetags {

using ip::number_of;
using ip::Uint128;

Address Prefix::last() const noexcept {
  return ip::address_of(family(), number_of(network_) | ip::host_mask(family(), length_));
}

bool Prefix::contains(const Address& address) const noexcept {
  return address.family() == family() &&
         ((number_of(address) ^ number_of(network_)) & ~ip::host_mask(family(), length_)) == 0;
}

bool Prefix::contains(const Prefix& other) const noexcept {
  return other.length_ >= length_ && contains(other.network_);
}

Prefix Prefix::unmapped() const noexcept {
  // A mapped network is at least /96 long: its 96th bit is set, so it is not a host bit.
  const Address network = network_.unmapped();
  return network.family() == family() ? *this : Prefix(network, length_ - 96U);
}

std::vector<Prefix> to_prefixes(const AddressRange& range) {
  std::vector<Prefix> prefixes;
  const Family family = range.first.family();
  const Uint128 last = number_of(range.last);
  Uint128 first = number_of(range.first);
  while (true) {
    // The largest block that starts here, is aligned, and does not go past the end.
    unsigned length = address_bits(family);
    while (length > 0) {
      const Uint128 mask = ip::host_mask(family, length - 1);
      if ((first & mask) != 0 || (first | mask) > last) break;
      --length;
    }
    prefixes.emplace_back(ip::address_of(family, first), length);
    const Uint128 block_last = first | ip::host_mask(family, length);
    if (block_last == last) return prefixes;
    first = block_last + 1;
  }
}

std::string to_string(const Prefix& prefix) {
  return to_string(prefix.network()) + "/" + std::to_string(prefix.length());
}

std::string to_string(const AddressRange& range) {
  const std::vector<Prefix> prefixes = to_prefixes(range);
  if (prefixes.size() == 1) return to_string(prefixes.front());
  return to_string(range.first) + "-" + to_string(range.last);
}

}  // namespace servicetags
