/// One IPv4 or IPv6 address.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "servicetags/result.hpp"

namespace servicetags {

enum class Family : std::uint8_t { v4 = 4, v6 = 6 };

/// Bits in an address of this family: 32 or 128.
constexpr unsigned address_bits(Family family) noexcept { return family == Family::v4 ? 32 : 128; }

/// An address as a plain value of 24 bytes: no scope id, no text, no allocation.
/// Any thread. Order: every IPv4 address before every IPv6 one, then by number.
///
/// The value is kept as one 128-bit number in host byte order, `high()` and
/// `low()`; an IPv4 address is the number itself, so its `high()` is 0.
///
/// Conversions to and from Boost.Asio's types are in ip.hpp.
class Address {
 public:
  /// 0.0.0.0
  constexpr Address() noexcept = default;

  /// 10.0.0.1 is 0x0a000001.
  static constexpr Address from_v4(std::uint32_t number) noexcept {
    return Address(Family::v4, 0, number);
  }
  /// 2001:db8::1 is 0x20010db8'00000000, 1. Bits are kept as they are: see unmapped().
  static constexpr Address from_v6(std::uint64_t high, std::uint64_t low) noexcept {
    return Address(Family::v6, high, low);
  }
  /// From network byte order, as in a packet; IPv4-mapped addresses become IPv4.
  static Address from_bytes(std::span<const std::uint8_t, 4> bytes) noexcept;
  static Address from_bytes(std::span<const std::uint8_t, 16> bytes) noexcept;

  [[nodiscard]] constexpr Family family() const noexcept { return family_; }
  [[nodiscard]] constexpr bool is_v4() const noexcept { return family_ == Family::v4; }
  [[nodiscard]] constexpr std::uint64_t high() const noexcept { return high_; }
  [[nodiscard]] constexpr std::uint64_t low() const noexcept { return low_; }
  /// REQUIRES is_v4().
  [[nodiscard]] constexpr std::uint32_t v4() const noexcept {
    return static_cast<std::uint32_t>(low_);
  }

  /// `::ffff:a.b.c.d` as a.b.c.d (RFC 4291 section 2.5.5.2), anything else as it is.
  [[nodiscard]] constexpr Address unmapped() const noexcept {
    const bool mapped = family_ == Family::v6 && high_ == 0 && (low_ >> 32U) == 0xffffU;
    return mapped ? from_v4(static_cast<std::uint32_t>(low_)) : *this;
  }

  friend constexpr bool operator==(const Address&, const Address&) noexcept = default;
  friend constexpr std::strong_ordering operator<=>(const Address& a, const Address& b) noexcept {
    if (const auto order = a.family_ <=> b.family_; order != 0) return order;
    if (const auto order = a.high_ <=> b.high_; order != 0) return order;
    return a.low_ <=> b.low_;
  }

 private:
  constexpr Address(Family family, std::uint64_t high, std::uint64_t low) noexcept
      : high_(high), low_(low), family_(family) {}

  std::uint64_t high_ = 0;
  std::uint64_t low_ = 0;
  Family family_ = Family::v4;
};

/// Reads one address; the whole text must be one.
///
/// Input:  IPv4 as four decimal numbers without leading zeros; IPv6 in any form of
///         RFC 4291 section 2.2. No zone (`%eth0`), port, brackets, white space,
///         octal, hexadecimal or shortened IPv4.
/// Output: IPv4-mapped IPv6 is given as the IPv4 address.
/// Cost:   linear, no allocation on success.
/// Errors: invalid_address, with the byte where the text stopped being one.
Result<Address> parse_address(std::string_view text);

/// The canonical text: dotted decimal, or RFC 5952 (lower case, longest run of two
/// or more zero groups shortened, the first of equals; never with dotted decimal).
std::string to_string(const Address& address);

}  // namespace servicetags
