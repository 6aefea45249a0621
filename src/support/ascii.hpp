// Text as bytes: case and digits of ASCII only, never of a locale.
// Tested by: tests/unit/ascii_test.cpp
#pragma once

#include <compare>
#include <cstddef>
#include <string>
#include <string_view>

namespace servicetags::ascii {

constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
constexpr bool is_upper(char c) noexcept { return c >= 'A' && c <= 'Z'; }
constexpr bool is_lower(char c) noexcept { return c >= 'a' && c <= 'z'; }
constexpr bool is_blank(char c) noexcept { return c == ' ' || c == '\t'; }
constexpr char to_lower(char c) noexcept {
  return is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c;
}
std::string to_lower(std::string_view text);

bool equal_ignoring_case(std::string_view a, std::string_view b) noexcept;
/// Orders ignoring case; names that differ in case alone are ordered by bytes, so that
/// the order of a list never depends on where its items came from.
std::strong_ordering compare_ignoring_case(std::string_view a, std::string_view b) noexcept;

/// The text in single quotes, fit for a message: control and non-ASCII bytes as \xNN,
/// shortened to about 60 characters.
std::string quoted(std::string_view text);

/// Whole words or names that look alike: insertions, deletions, replacements and
/// swapped neighbours, ignoring case. O(a * b).
std::size_t edit_distance(std::string_view a, std::string_view b);

}  // namespace servicetags::ascii
