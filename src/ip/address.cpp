// Addresses from bytes, and as text.
// Tested by: tests/unit/address_test.cpp, tests/unit/address_spellings_test.cpp
#include "servicetags/address.hpp"

#include <array>
#include <charconv>

namespace servicetags {
namespace {

using Groups = std::array<unsigned, 8>;

Groups groups_of(const Address& address) noexcept {
  Groups groups{};
  for (unsigned i = 0; i < 4; ++i) {
    const unsigned shift = 48 - 16 * i;
    groups[i] = static_cast<unsigned>(address.high() >> shift & 0xffffU);
    groups[i + 4] = static_cast<unsigned>(address.low() >> shift & 0xffffU);
  }
  return groups;
}

/// The run of zero groups that "::" replaces: the longest of two or more, the first of
/// equals (RFC 5952 section 4.2). At 8 when there is none.
struct Gap {
  unsigned first = 8;
  unsigned size = 0;
};
Gap find_gap(const Groups& groups) noexcept {
  Gap longest;
  for (unsigned i = 0; i < groups.size(); ++i) {
    const unsigned first = i;
    while (i < groups.size() && groups[i] == 0) ++i;
    const unsigned size = i - first;
    if (size >= 2 && size > longest.size) longest = {first, size};
  }
  return longest;
}

/// At most four digits.
void append(std::string& text, unsigned number, int base) {
  std::array<char, 4> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number, base).ptr;
  text.append(digits.data(), end);
}

std::string print_v4(std::uint32_t number) {
  std::string text;
  for (int shift = 24; shift >= 0; shift -= 8) {
    append(text, number >> shift & 0xffU, 10);
    if (shift > 0) text += '.';
  }
  return text;
}

std::string print_v6(const Groups& groups) {
  const Gap gap = find_gap(groups);
  std::string text;
  for (unsigned i = 0; i < groups.size();) {
    if (i == gap.first) {
      text += "::";
      i += gap.size;
      continue;
    }
    if (!text.empty() && text.back() != ':') text += ':';
    append(text, groups[i], 16);
    ++i;
  }
  return text;
}

}  // namespace

namespace {

/// Written so that compilers see one load in it.
std::uint64_t number_of(std::span<const std::uint8_t, 8> bytes) noexcept {
  const auto at = [&](std::size_t i) { return std::uint64_t{bytes[i]} << (56 - 8 * i); };
  return at(0) | at(1) | at(2) | at(3) | at(4) | at(5) | at(6) | at(7);
}

}  // namespace

Address Address::from_bytes(std::span<const std::uint8_t, 4> bytes) noexcept {
  std::uint32_t number = 0;
  for (const std::uint8_t byte : bytes) number = number << 8U | byte;
  return from_v4(number);
}

Address Address::from_bytes(std::span<const std::uint8_t, 16> bytes) noexcept {
  return from_v6(number_of(bytes.first<8>()), number_of(bytes.last<8>())).unmapped();
}

std::string to_string(const Address& address) {
  return address.is_v4() ? print_v4(address.v4()) : print_v6(groups_of(address));
}

}  // namespace servicetags
