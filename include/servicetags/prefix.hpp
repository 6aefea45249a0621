/// CIDR prefixes and address ranges.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "servicetags/address.hpp"
#include "servicetags/result.hpp"

namespace servicetags {

/// A block of addresses that share their first `length()` bits (RFC 4632, RFC 4291
/// section 2.3). A plain value; its network address never has host bits. Any thread.
/// Order: by network address, then shorter length first, so that a prefix comes
/// right before everything inside it.
class Prefix {
 public:
  /// 0.0.0.0/0
  constexpr Prefix() noexcept = default;

  /// The prefix of this length that holds `address`: host bits are cleared.
  /// REQUIRES length <= address_bits(address.family()).
  constexpr Prefix(const Address& address, unsigned length) noexcept
      : network_(network_of(address, length)), length_(static_cast<std::uint8_t>(length)) {}

  [[nodiscard]] constexpr const Address& network() const noexcept { return network_; }
  [[nodiscard]] constexpr unsigned length() const noexcept { return length_; }
  [[nodiscard]] constexpr Family family() const noexcept { return network_.family(); }
  [[nodiscard]] constexpr const Address& first() const noexcept { return network_; }
  [[nodiscard]] Address last() const noexcept;

  [[nodiscard]] bool contains(const Address& address) const noexcept;
  /// A prefix contains itself.
  [[nodiscard]] bool contains(const Prefix& other) const noexcept;
  /// Two prefixes overlap only when one contains the other.
  [[nodiscard]] bool overlaps(const Prefix& other) const noexcept {
    return contains(other) || other.contains(*this);
  }

  /// `::ffff:a.b.c.d/96+n` as a.b.c.d/n, anything else as it is. A shorter one holds more
  /// than IPv4-mapped addresses, and stays IPv6.
  [[nodiscard]] Prefix unmapped() const noexcept;

  friend constexpr bool operator==(const Prefix&, const Prefix&) noexcept = default;
  friend constexpr std::strong_ordering operator<=>(const Prefix& a, const Prefix& b) noexcept {
    if (const auto order = a.network_ <=> b.network_; order != 0) return order;
    return a.length_ <=> b.length_;
  }

 private:
  /// 64 bits of which the first `count` are ones, or all when there are more.
  static constexpr std::uint64_t leading_ones(unsigned count) noexcept {
    if (count == 0) return 0;
    return count >= 64 ? ~std::uint64_t{0} : ~std::uint64_t{0} << (64 - count);
  }
  static constexpr Address network_of(const Address& address, unsigned length) noexcept {
    if (address.is_v4()) {
      return Address::from_v4(address.v4() &
                              static_cast<std::uint32_t>(leading_ones(length) >> 32U));
    }
    return Address::from_v6(address.high() & leading_ones(length),
                            length > 64 ? address.low() & leading_ones(length - 64) : 0);
  }

  Address network_;
  std::uint8_t length_ = 0;
};

/// All addresses from `first` to `last`, both included.
/// REQUIRES one family, and first <= last.
struct AddressRange {
  Address first;
  Address last;

  static AddressRange of(const Prefix& prefix) noexcept { return {prefix.first(), prefix.last()}; }

  friend constexpr bool operator==(const AddressRange&, const AddressRange&) noexcept = default;
};

/// What to do with a CIDR whose address has bits beyond its length.
enum class HostBits : std::uint8_t {
  refuse,  ///< an error that names the prefix that was probably meant
  clear,   ///< the prefix that holds the address
};

/// Reads `address/length`, or an address alone (the prefix of just that address).
///
/// Input:  an address as parse_address() reads it; a decimal length without sign or
///         leading zeros, at most 32 or 128; no netmask.
/// Output: `::ffff:a.b.c.d/96+n` is given as the IPv4 prefix a.b.c.d/n.
/// Errors: invalid_prefix, invalid_address, or host_bits_set, each with the byte.
Result<Prefix> parse_prefix(std::string_view text, HostBits host_bits = HostBits::refuse);

/// Reads `first-last`, a CIDR prefix, or an address alone. Blanks around the hyphen
/// are accepted.
/// Errors: invalid_range, or those of parse_prefix().
Result<AddressRange> parse_range(std::string_view text);

/// The fewest prefixes that hold just the addresses of the range, in order: at most
/// 62 for IPv4, 254 for IPv6.
std::vector<Prefix> to_prefixes(const AddressRange& range);

/// "10.0.0.0/8": always with its length.
std::string to_string(const Prefix& prefix);
/// "10.0.0.1-10.0.0.9", or the prefix's text when the range is one prefix.
std::string to_string(const AddressRange& range);

}  // namespace servicetags
