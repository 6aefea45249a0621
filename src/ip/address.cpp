// Reading and printing one address.
// Tested by: tests/unit/address_test.cpp, tests/unit/address_spellings_test.cpp
#include "servicetags/address.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

#include "ip/uint128.hpp"
#include "support/ascii.hpp"

namespace servicetags {
namespace {

Error invalid(std::size_t offset, std::string message) {
  return {Errc::invalid_address, std::move(message), {}, offset};
}

/// Four decimal numbers. `offset` is where `text` begins in what the caller was given.
Result<std::uint32_t> parse_octets(std::string_view text, std::size_t offset) {
  std::uint32_t number = 0;
  std::size_t octets = 0;
  std::size_t at = 0;
  while (true) {
    const std::size_t start = at;
    unsigned octet = 0;
    for (; at < text.size() && ascii::is_digit(text[at]) && at - start < 4; ++at) {
      octet = octet * 10 + static_cast<unsigned>(text[at] - '0');
    }
    const std::string_view digits = text.substr(start, at - start);
    if (digits.empty()) {
      return invalid(offset + at, at == text.size() ? "expected an octet, found the end"
                                                    : "expected an octet, found " +
                                                          ascii::quoted(text.substr(at, 1)));
    }
    if (digits.size() > 1 && digits[0] == '0') {
      return invalid(offset + start, "octet " + ascii::quoted(digits) +
                                         " has a leading zero; write it in decimal without one");
    }
    if (octet > 255) {
      return invalid(offset + start, "octet " + ascii::quoted(digits) + " is larger than 255");
    }
    number = number << 8U | octet;
    ++octets;
    if (at == text.size()) break;
    if (text[at] != '.') {
      return invalid(offset + at,
                     "expected '.' or the end, found " + ascii::quoted(text.substr(at, 1)));
    }
    if (octets == 4) return invalid(offset + at, "expected 4 octets, found more");
    ++at;
  }
  if (octets == 4) return number;
  return invalid(offset + text.size(), "expected 4 octets, found " + std::to_string(octets));
}

/// Value of a hexadecimal digit, or 16.
constexpr unsigned hex_value(char c) noexcept {
  if (ascii::is_digit(c)) return static_cast<unsigned>(c - '0');
  const char lower = ascii::to_lower(c);
  return lower >= 'a' && lower <= 'f' ? static_cast<unsigned>(lower - 'a' + 10) : 16;
}

/// RFC 4291 section 2.2: groups between colons, "::" once for one or more zero groups,
/// the last two groups perhaps as an IPv4 address.
class GroupParser {
 public:
  explicit GroupParser(std::string_view text) : text_(text) {}

  Result<Address> parse() {
    if (text_.starts_with("::")) {
      gap_ = 0;
      at_ = 2;
    }
    while (at_ < text_.size()) {
      if (auto taken = take_group(); !taken) return std::move(taken).error();
      if (at_ == text_.size()) break;
      if (auto taken = take_colon(); !taken) return std::move(taken).error();
    }
    return finish();
  }

 private:
  Result<void> take_group() {
    const std::size_t start = at_;
    unsigned group = 0;
    for (; at_ < text_.size() && hex_value(text_[at_]) < 16 && at_ - start < 5; ++at_) {
      group = group << 4U | hex_value(text_[at_]);
    }
    if (at_ < text_.size() && text_[at_] == '.' && at_ > start) return take_octets(start);
    if (at_ == start) {
      return invalid(at_, "expected a group of hexadecimal digits, found " +
                              ascii::quoted(text_.substr(at_, 1)));
    }
    if (at_ - start > 4) {
      return invalid(start, "a group has more than 4 hexadecimal digits");
    }
    return add(group, start);
  }

  Result<void> take_octets(std::size_t start) {
    auto number = parse_octets(text_.substr(start), start);
    if (!number) return std::move(number).error();
    if (auto added = add(*number >> 16U, start); !added) return added;
    if (auto added = add(*number & 0xffffU, start); !added) return added;
    at_ = text_.size();
    return {};
  }

  Result<void> take_colon() {
    if (text_[at_] != ':') {
      return invalid(at_, "expected ':' or the end, found " + ascii::quoted(text_.substr(at_, 1)));
    }
    ++at_;
    if (at_ == text_.size()) return invalid(at_ - 1, "the text ends in a single ':'");
    if (text_[at_] != ':') return {};
    if (gap_ != kNoGap) return invalid(at_ - 1, "'::' stands twice; it may stand once");
    gap_ = count_;
    ++at_;
    return {};
  }

  Result<void> add(std::uint32_t group, std::size_t start) {
    if (count_ == kGroups) return invalid(start, "expected 8 groups, found more");
    groups_[static_cast<std::size_t>(count_++)] = static_cast<std::uint16_t>(group);
    return {};
  }

  Result<Address> finish() {
    if (gap_ == kNoGap && count_ < kGroups) {
      return invalid(text_.size(), "expected 8 groups or '::', found " + std::to_string(count_) +
                                       (count_ == 1 ? " group" : " groups"));
    }
    if (gap_ != kNoGap) {
      if (count_ == kGroups) {
        return invalid(text_.size(), "8 groups leave nothing for '::' to stand for");
      }
      std::move_backward(groups_.begin() + gap_, groups_.begin() + count_, groups_.end());
      std::fill_n(groups_.begin() + gap_, kGroups - count_, std::uint16_t{0});
    }
    std::uint64_t high = 0;
    std::uint64_t low = 0;
    for (std::size_t i = 0; i < 4; ++i) {
      high = high << 16U | groups_[i];
      low = low << 16U | groups_[i + 4];
    }
    return Address::from_v6(high, low).unmapped();
  }

  static constexpr std::ptrdiff_t kGroups = 8;
  static constexpr std::ptrdiff_t kNoGap = -1;

  std::string_view text_;
  std::size_t at_ = 0;
  std::array<std::uint16_t, kGroups> groups_{};
  std::ptrdiff_t count_ = 0;
  std::ptrdiff_t gap_ = kNoGap;  // how many groups came before "::"
};

void append_hex(std::string& text, unsigned group) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  bool started = false;
  for (unsigned shift = 12; shift < 16; shift -= 4) {  // ends by wrapping around
    const unsigned digit = group >> shift & 15U;
    started = started || digit != 0 || shift == 0;
    if (started) text += kDigits[digit];
  }
}

/// The run of zero groups that "::" replaces: the longest of two or more, the first of
/// equals. RFC 5952 section 4.2.
struct Gap {
  unsigned first = 8;
  unsigned size = 0;
};
Gap longest_zeros(const std::array<unsigned, 8>& groups) {
  Gap longest;
  for (unsigned i = 0; i < 8;) {
    unsigned end = i;
    while (end < 8 && groups[end] == 0) ++end;
    if (end - i >= 2 && end - i > longest.size) longest = {i, end - i};
    i = end + 1;
  }
  return longest;
}

std::string print_v6(const Address& address) {
  std::array<unsigned, 8> groups{};
  for (unsigned i = 0; i < 8; ++i) {
    groups[i] = static_cast<unsigned>(ip::number_of(address) >> (112U - 16U * i)) & 0xffffU;
  }
  const Gap gap = longest_zeros(groups);
  std::string text;
  for (unsigned i = 0; i < 8; ++i) {
    if (i == gap.first) {
      text += "::";
      i += gap.size - 1;
      continue;
    }
    if (!text.empty() && text.back() != ':') text += ':';
    append_hex(text, groups[i]);
  }
  return text;
}

}  // namespace

Address Address::from_bytes(std::span<const std::uint8_t, 4> bytes) noexcept {
  std::uint32_t number = 0;
  for (const std::uint8_t byte : bytes) number = number << 8U | byte;
  return from_v4(number);
}

Address Address::from_bytes(std::span<const std::uint8_t, 16> bytes) noexcept {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  for (std::size_t i = 0; i < 8; ++i) {
    high = high << 8U | bytes[i];
    low = low << 8U | bytes[i + 8];
  }
  return from_v6(high, low).unmapped();
}

Result<Address> parse_address(std::string_view text) {
  if (text.empty()) return invalid(0, "expected an IPv4 or IPv6 address, found nothing");
  if (const auto zone = text.find('%'); zone != std::string_view::npos) {
    return invalid(zone, "zone " + ascii::quoted(text.substr(zone)) +
                             " is not accepted; give the address without it");
  }
  if (text.find(':') != std::string_view::npos) return GroupParser(text).parse();
  auto number = parse_octets(text, 0);
  if (!number) return std::move(number).error();
  return Address::from_v4(*number);
}

std::string to_string(const Address& address) {
  if (!address.is_v4()) return print_v6(address);
  std::string text;
  for (unsigned shift = 24; shift < 32; shift -= 8) {  // ends by wrapping around
    if (!text.empty()) text += '.';
    text += std::to_string(address.v4() >> shift & 255U);
  }
  return text;
}

}  // namespace servicetags
