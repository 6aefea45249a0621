// The obvious twin of the address and prefix readers and printers: splits strings, keeps an
// address as a string of '0' and '1', and shares nothing with the library.
#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace servicetags::testing::slow {

/// 32 or 128 characters, '0' or '1'.
using Bits = std::string;

inline std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts(1);
  for (const char c : text) {
    if (c == separator) {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

/// 1 to `most` digits, all of them in `digits`.
inline bool is_number(const std::string& text, std::size_t most, const char* digits) {
  return !text.empty() && text.size() <= most &&
         text.find_first_not_of(digits) == std::string::npos;
}
inline bool is_decimal(const std::string& text) {
  return is_number(text, 3, "0123456789") && (text.size() == 1 || text[0] != '0');
}

inline Bits to_bits(unsigned long number, unsigned count) {
  Bits bits;
  for (; count > 0; --count, number /= 2) bits.insert(bits.begin(), number % 2 == 1 ? '1' : '0');
  return bits;
}
inline unsigned long to_number(const Bits& bits) { return std::stoul(bits, nullptr, 2); }

inline std::optional<Bits> parse_v4(const std::string& text) {
  Bits bits;
  for (const std::string& octet : split(text, '.')) {
    if (!is_decimal(octet) || std::stoul(octet) > 255) return std::nullopt;
    bits += to_bits(std::stoul(octet), 8);
  }
  if (bits.size() != 32) return std::nullopt;
  return bits;
}

/// The bits of groups between colons, none for an empty text. The last may be IPv4.
inline std::optional<Bits> parse_groups(const std::string& text, bool v4_may_end) {
  if (text.empty()) return "";
  Bits bits;
  const std::vector<std::string> groups = split(text, ':');
  for (std::size_t i = 0; i < groups.size(); ++i) {
    const auto v4 = parse_v4(groups[i]);
    if (v4 && v4_may_end && i + 1 == groups.size()) {
      bits += *v4;
    } else if (is_number(groups[i], 4, "0123456789abcdefABCDEF")) {
      bits += to_bits(std::stoul(groups[i], nullptr, 16), 16);
    } else {
      return std::nullopt;
    }
  }
  return bits;
}

/// IPv4-mapped IPv6 stays IPv6.
inline std::optional<Bits> parse_as_written(const std::string& text) {
  if (text.find(':') == std::string::npos) return parse_v4(text);
  const std::size_t gap = text.find("::");
  if (gap == std::string::npos) {
    const auto bits = parse_groups(text, true);
    return bits && bits->size() == 128 ? bits : std::nullopt;
  }
  const auto left = parse_groups(text.substr(0, gap), false);
  const auto right = parse_groups(text.substr(gap + 2), true);
  if (!left || !right || left->size() + right->size() > 112) return std::nullopt;
  return *left + Bits(128 - left->size() - right->size(), '0') + *right;
}

inline bool is_mapped(const Bits& bits) {
  return bits.size() == 128 && bits.starts_with(Bits(80, '0') + Bits(16, '1'));
}

inline std::string print_groups(const std::vector<std::string>& groups) {
  std::string text;
  for (const std::string& group : groups) text += (text.empty() ? "" : ":") + group;
  return text;
}

inline std::string hex(unsigned long number) {
  std::string text;
  for (; number > 0 || text.empty(); number /= 16) {
    text.insert(text.begin(), "0123456789abcdef"[number % 16]);
  }
  return text;
}

/// Tries every run of zero groups, the longest first, from the left.
inline std::string print_v6(const Bits& bits) {
  std::vector<std::string> groups;
  for (std::size_t i = 0; i < 128; i += 16) groups.push_back(hex(to_number(bits.substr(i, 16))));
  for (std::ptrdiff_t size = 8; size >= 2; --size) {
    for (std::ptrdiff_t first = 0; first + size <= 8; ++first) {
      const auto begin = groups.begin() + first;
      if (std::count(begin, begin + size, "0") != size) continue;
      return print_groups({groups.begin(), begin}) +
             "::" + print_groups({begin + size, groups.end()});
    }
  }
  return print_groups(groups);
}

inline std::string print(const Bits& bits) {
  if (bits.size() == 128) return print_v6(bits);
  std::string text;
  for (std::size_t i = 0; i < 32; i += 8) {
    text += (i == 0 ? "" : ".") + std::to_string(to_number(bits.substr(i, 8)));
  }
  return text;
}

/// The canonical text of an address, if `text` is one.
inline std::optional<std::string> read_address(const std::string& text) {
  const auto bits = parse_as_written(text);
  if (!bits) return std::nullopt;
  return print(is_mapped(*bits) ? bits->substr(96) : *bits);
}

/// The canonical text of a prefix, if `text` is one and has no host bits.
inline std::optional<std::string> read_prefix(const std::string& text) {
  const std::size_t slash = text.find('/');
  auto bits = parse_as_written(text.substr(0, slash));
  if (!bits) return std::nullopt;
  std::size_t length = bits->size();
  if (slash != std::string::npos) {
    const std::string digits = text.substr(slash + 1);
    if (!is_decimal(digits) || std::stoul(digits) > length) return std::nullopt;
    length = std::stoul(digits);
  }
  if (bits->find('1', length) != Bits::npos) return std::nullopt;
  if (is_mapped(*bits) && length >= 96) {
    bits = bits->substr(96);
    length -= 96;
  }
  return print(*bits) + "/" + std::to_string(length);
}

}  // namespace servicetags::testing::slow
