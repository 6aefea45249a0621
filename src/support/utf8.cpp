// Tested by: tests/unit/utf8_test.cpp
#include "support/utf8.hpp"

#include <algorithm>
#include <array>

namespace servicetags {
namespace {

struct Lead {
  unsigned char first;  ///< lead bytes, from here
  unsigned char last;   ///< to here
  unsigned char second_low;
  unsigned char second_high;
  unsigned char length;
};
// RFC 3629, section 4.
constexpr std::array<Lead, 8> kLeads{{{0xc2, 0xdf, 0x80, 0xbf, 2},
                                      {0xe0, 0xe0, 0xa0, 0xbf, 3},
                                      {0xe1, 0xec, 0x80, 0xbf, 3},
                                      {0xed, 0xed, 0x80, 0x9f, 3},
                                      {0xee, 0xef, 0x80, 0xbf, 3},
                                      {0xf0, 0xf0, 0x90, 0xbf, 4},
                                      {0xf1, 0xf3, 0x80, 0xbf, 4},
                                      {0xf4, 0xf4, 0x80, 0x8f, 4}}};

unsigned char byte_at(std::string_view text, std::size_t i) noexcept {
  return static_cast<unsigned char>(text[i]);
}

/// Of a character beyond ASCII, or 0.
std::size_t length_of_first(std::string_view text) noexcept {
  const auto lead = std::ranges::find_if(kLeads, [&](const Lead& one) {
    return one.first <= byte_at(text, 0) && byte_at(text, 0) <= one.last;
  });
  if (lead == kLeads.end() || text.size() < lead->length) return 0;
  if (byte_at(text, 1) < lead->second_low || byte_at(text, 1) > lead->second_high) return 0;
  for (std::size_t i = 2; i < lead->length; ++i) {
    if ((byte_at(text, i) & 0xc0U) != 0x80U) return 0;
  }
  return lead->length;
}

}  // namespace

bool is_ascii(std::string_view text) noexcept {
  unsigned char bits = 0;
  for (const char c : text) bits |= static_cast<unsigned char>(c);
  return bits < 0x80;
}

bool is_utf8(std::string_view text) noexcept {
  if (is_ascii(text)) return true;  // as most are
  while (!text.empty()) {
    const std::size_t length = byte_at(text, 0) < 0x80 ? 1 : length_of_first(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

}  // namespace servicetags
