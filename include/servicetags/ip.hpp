/// Boost.Asio's address types, to and from ours. The only header that includes Boost.
///
/// Asio's types are good values to hold, but their text parsers follow the platform:
/// they stop at a NUL byte, drop unknown zones, and read a length of 4294967304 as 8
/// (seen in Boost 1.74). Read text with parse_address() and parse_prefix().
#pragma once

#include <utility>  // Boost.Asio 1.74 needs std::exchange and does not include it

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>

#include "servicetags/prefix.hpp"

namespace servicetags {

/// IPv4-mapped addresses become IPv4; a scope id is dropped: no tag depends on one.
inline Address from_asio(const boost::asio::ip::address_v4& address) noexcept {
  return Address::from_v4(address.to_uint());
}
inline Address from_asio(const boost::asio::ip::address_v6& address) noexcept {
  const auto bytes = address.to_bytes();
  return Address::from_bytes(std::span<const std::uint8_t, 16>(bytes));
}
inline Address from_asio(const boost::asio::ip::address& address) noexcept {
  return address.is_v4() ? from_asio(address.to_v4()) : from_asio(address.to_v6());
}

/// Host bits are cleared, as Asio's own `canonical()` does; IPv4-mapped ones become IPv4.
inline Prefix from_asio(const boost::asio::ip::network_v4& network) noexcept {
  return Prefix(from_asio(network.address()), network.prefix_length());
}
inline Prefix from_asio(const boost::asio::ip::network_v6& network) noexcept {
  const auto bytes = network.address().to_bytes();
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  for (std::size_t i = 0; i < 8; ++i) {
    high = high << 8U | bytes[i];
    low = low << 8U | bytes[i + 8];
  }
  return Prefix(Address::from_v6(high, low), network.prefix_length()).unmapped();
}

/// REQUIRES address.is_v4().
inline boost::asio::ip::address_v4 to_asio_v4(const Address& address) {
  return boost::asio::ip::address_v4(address.v4());
}
/// REQUIRES !address.is_v4().
inline boost::asio::ip::address_v6 to_asio_v6(const Address& address) noexcept {
  boost::asio::ip::address_v6::bytes_type bytes;
  for (unsigned i = 0; i < 8; ++i) {
    bytes[i] = static_cast<std::uint8_t>(address.high() >> (56U - 8U * i));
    bytes[i + 8] = static_cast<std::uint8_t>(address.low() >> (56U - 8U * i));
  }
  return boost::asio::ip::address_v6(bytes);
}
inline boost::asio::ip::address to_asio(const Address& address) {
  if (address.is_v4()) return to_asio_v4(address);
  return to_asio_v6(address);
}
/// REQUIRES prefix.family() == Family::v4.
inline boost::asio::ip::network_v4 to_asio_v4(const Prefix& prefix) {
  return {to_asio_v4(prefix.network()), static_cast<unsigned short>(prefix.length())};
}
/// REQUIRES prefix.family() == Family::v6.
inline boost::asio::ip::network_v6 to_asio_v6(const Prefix& prefix) {
  return {to_asio_v6(prefix.network()), static_cast<unsigned short>(prefix.length())};
}

}  // namespace servicetags
