// Tested by: tests/unit/address_count_test.cpp
#include "servicetags/address_count.hpp"

#include <algorithm>
#include <cmath>

#include "ip/uint128.hpp"

namespace servicetags {

using ip::Uint128;

namespace {

/// Everything below `top`.
Uint128 rest_of(const AddressCount& count) noexcept {
  return ip::make_uint128(count.high, count.low);
}

void set_rest(AddressCount& count, Uint128 rest) noexcept {
  count.high = ip::high_half(rest);
  count.low = ip::low_half(rest);
}

/// Divides by ten in place, as on paper, and gives the remainder.
unsigned take_last_digit(AddressCount& count) noexcept {
  Uint128 carry = 0;
  for (std::uint64_t* part : {&count.top, &count.high, &count.low}) {
    const Uint128 dividend = carry << 64U | *part;
    *part = static_cast<std::uint64_t>(dividend / 10);
    carry = dividend % 10;
  }
  return static_cast<unsigned>(carry);
}

}  // namespace

AddressCount AddressCount::power_of_two(unsigned exponent) noexcept {
  if (exponent >= 128) return {1, 0, 0};
  AddressCount power;
  set_rest(power, Uint128{1} << exponent);
  return power;
}

double AddressCount::approximate() const noexcept {
  // Halved until 64 bits are left. The last of them also stands for every one that was
  // dropped, so that the one rounding, to the 53 bits of a double, goes the right way.
  AddressCount leading = *this;
  int halvings = 0;
  for (; leading.top != 0 || leading.high != 0; ++halvings) {
    const std::uint64_t dropped = leading.low & 1U;
    leading.low = leading.low >> 1U | leading.high << 63U | dropped;
    leading.high = leading.high >> 1U | leading.top << 63U;
    leading.top >>= 1U;
  }
  return std::ldexp(static_cast<double>(leading.low), halvings);
}

AddressCount& AddressCount::operator+=(const AddressCount& other) noexcept {
  const Uint128 sum = rest_of(*this) + rest_of(other);
  const bool carry = sum < rest_of(other);
  top += other.top + (carry ? 1 : 0);
  set_rest(*this, sum);
  return *this;
}

AddressCount& AddressCount::operator-=(const AddressCount& other) noexcept {
  const bool borrow = rest_of(*this) < rest_of(other);
  top -= other.top + (borrow ? 1 : 0);
  set_rest(*this, rest_of(*this) - rest_of(other));
  return *this;
}

std::string to_string(const AddressCount& count) {
  std::string digits;
  AddressCount rest = count;
  do {
    digits += static_cast<char>('0' + take_last_digit(rest));
  } while (!rest.is_zero());
  std::reverse(digits.begin(), digits.end());
  return digits;
}

}  // namespace servicetags
