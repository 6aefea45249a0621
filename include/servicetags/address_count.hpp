/// How many addresses: exact, even for the whole of IPv6.
#pragma once

#include <compare>
#include <cstdint>
#include <string>

namespace servicetags {

/// A number from 0 to more than 2^129: all addresses of both families fit. A plain
/// value; any thread. Order and equality are those of numbers.
struct AddressCount {
  // Most significant first, so that the default order is that of numbers.
  std::uint64_t top = 0;   ///< in units of 2^128
  std::uint64_t high = 0;  ///< in units of 2^64
  std::uint64_t low = 0;

  /// 2^exponent. REQUIRES exponent <= 128.
  static AddressCount power_of_two(unsigned exponent) noexcept;

  [[nodiscard]] bool is_zero() const noexcept { return *this == AddressCount{}; }
  /// The nearest double; for shares and plots.
  [[nodiscard]] double approximate() const noexcept;

  AddressCount& operator+=(const AddressCount& other) noexcept;
  /// REQUIRES *this >= other.
  AddressCount& operator-=(const AddressCount& other) noexcept;
  friend AddressCount operator+(AddressCount a, const AddressCount& b) noexcept { return a += b; }
  friend AddressCount operator-(AddressCount a, const AddressCount& b) noexcept { return a -= b; }

  friend constexpr auto operator<=>(const AddressCount&, const AddressCount&) noexcept = default;
};

/// Decimal digits, without grouping.
std::string to_string(const AddressCount& count);

}  // namespace servicetags
