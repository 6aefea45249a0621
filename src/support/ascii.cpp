// Tested by: tests/unit/ascii_test.cpp
#include "support/ascii.hpp"

#include <algorithm>
#include <array>
#include <vector>

namespace servicetags::ascii {

std::string to_lower(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](char c) { return to_lower(c); });
  return lower;
}

bool equal_ignoring_case(std::string_view a, std::string_view b) noexcept {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return to_lower(x) == to_lower(y); });
}

std::strong_ordering compare_ignoring_case(std::string_view a, std::string_view b) noexcept {
  const auto by_letter = [](char x, char y) {
    return static_cast<unsigned char>(to_lower(x)) <=> static_cast<unsigned char>(to_lower(y));
  };
  const auto order =
      std::lexicographical_compare_three_way(a.begin(), a.end(), b.begin(), b.end(), by_letter);
  return order != 0 ? order : a <=> b;
}

std::string quoted(std::string_view text) {
  constexpr std::size_t kShown = 60;
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string out = "'";
  for (const char c : text.substr(0, kShown)) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte < 0x7f && c != '\'' && c != '\\') {
      out += c;
    } else {
      out += {'\\', 'x', kHex[byte >> 4U], kHex[byte & 15U]};
    }
  }
  return out += text.size() > kShown ? "'..." : "'";
}

std::size_t edit_distance(std::string_view a, std::string_view b) {
  // Rows of the table of distances between the first i bytes of a and the first j of b.
  std::vector<std::size_t> before_last(b.size() + 1);
  std::vector<std::size_t> last(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const bool same = to_lower(a[i - 1]) == to_lower(b[j - 1]);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (same ? 0 : 1)});
      const bool swapped = i > 1 && j > 1 && to_lower(a[i - 1]) == to_lower(b[j - 2]) &&
                           to_lower(a[i - 2]) == to_lower(b[j - 1]);
      if (swapped) row[j] = std::min(row[j], before_last[j - 2] + 1);
    }
    before_last.swap(last);
    last.swap(row);
  }
  return last[b.size()];
}

}  // namespace servicetags::ascii
