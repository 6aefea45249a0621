// Reading one address.
// Tested by: tests/unit/address_test.cpp, tests/unit/address_spellings_test.cpp
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "ip/address_text.hpp"
#include "ip/dotted_quad.hpp"
#include "support/ascii.hpp"

namespace servicetags {
namespace {

constexpr std::uint8_t kNoDigit = 16;

/// What each byte is worth as a hexadecimal digit. A table, because in an address digits and
/// letters alternate at random: branches on them would cost most of the time.
constexpr std::array<std::uint8_t, 256> kHexValues = [] {
  std::array<std::uint8_t, 256> values{};
  values.fill(kNoDigit);
  for (std::uint8_t i = 0; i < 10; ++i) values[std::size_t{'0'} + i] = i;
  for (std::uint8_t i = 10; i < 16; ++i) {
    values[std::size_t{'a'} + i - 10] = i;
    values[std::size_t{'A'} + i - 10] = i;
  }
  return values;
}();

constexpr std::uint8_t hex_value(char c) noexcept {
  return kHexValues[static_cast<unsigned char>(c)];
}
constexpr bool is_hex_digit(char c) noexcept { return hex_value(c) != kNoDigit; }

/// Reads one text from left to right, after a look at the first byte that is no digit tells
/// the family. Its steps move `at_` forward and give true, or keep the error and give false.
class AddressParser {
 public:
  explicit AddressParser(std::string_view text) noexcept : text_(text) {}

  Result<Address> parse() {
    const auto stop = std::find_if_not(text_.begin(), text_.end(), is_hex_digit);
    if (stop != text_.end() && *stop == ':') {
      if (read_groups()) return Address::from_v6(joined(0), joined(4));
    } else if (!text_.empty() && ascii::is_digit(text_.front())) {
      if (std::uint32_t number = 0; read_octets(number)) return Address::from_v4(number);
    } else {
      stopped("an IPv4 or IPv6 address");
    }
    return *std::move(error_);
  }

 private:
  static constexpr std::size_t kGroups = 8;

  [[nodiscard]] bool at_end() const noexcept { return at_ == text_.size(); }
  [[nodiscard]] bool at(char c) const noexcept { return !at_end() && text_[at_] == c; }

  bool fail(std::size_t offset, std::string message) {
    error_ = Error{Errc::invalid_address, std::move(message), {}, offset};
    return false;
  }
  bool stopped(const char* expected) {
    const std::string rest = ascii::quoted(text_.substr(at_));
    if (at('%')) return fail(at_, "zone " + rest + " is not accepted; give the address without it");
    return fail(at_,
                std::string("expected ") + expected + ", found " + (at_end() ? "the end" : rest));
  }

  /// Four octets up to the end of the text.
  bool read_octets(std::uint32_t& number) {
    number = 0;
    for (unsigned octets = 1;; ++octets) {
      std::uint32_t octet = 0;
      if (!read_octet(octet)) return false;
      number = number << 8U | octet;
      if (octets == 4) return at_end() || stopped("the end after 4 octets");
      if (at_end()) return fail(at_, "expected 4 octets, found " + std::to_string(octets));
      if (!at('.')) return stopped("'.'");
      ++at_;
    }
  }

  bool read_octet(std::uint32_t& octet) {
    const std::size_t start = at_;
    for (; !at_end() && ascii::is_digit(text_[at_]); ++at_) {
      // Longer numbers are past 255 anyway; do not let them wrap around.
      if (octet < 1'000) octet = octet * 10 + static_cast<unsigned>(text_[at_] - '0');
    }
    const std::string_view digits = text_.substr(start, at_ - start);
    if (digits.empty()) return stopped("an octet");
    if (digits.size() > 1 && digits.front() == '0') {
      return fail(start, "octet " + ascii::quoted(digits) +
                             " has a leading zero; write it in decimal without one");
    }
    return octet <= 255 || fail(start, "octet " + ascii::quoted(digits) + " is larger than 255");
  }

  /// RFC 4291 section 2.2: groups between colons, "::" once for one or more zero groups,
  /// the last two groups perhaps as an IPv4 address.
  bool read_groups() {
    if (text_.starts_with("::")) {
      gap_ = 0;
      at_ = 2;
    }
    while (!at_end()) {
      if (!read_group()) return false;
      if (!at_end() && !read_colon()) return false;
    }
    return fill_gap();
  }

  bool read_group() {
    const std::size_t start = at_;
    std::uint32_t group = 0;
    for (; !at_end() && is_hex_digit(text_[at_]); ++at_)
      group = group << 4U | hex_value(text_[at_]);
    const std::string_view digits = text_.substr(start, at_ - start);
    if (digits.empty()) return stopped("a group of hexadecimal digits");
    if (at('.')) return read_octets_as_groups(start);
    if (digits.size() > 4) {
      return fail(start, "group " + ascii::quoted(digits) + " has more than 4 digits");
    }
    return add(group, start);
  }

  bool read_octets_as_groups(std::size_t start) {
    at_ = start;
    std::uint32_t number = 0;
    return read_octets(number) && add(number >> 16U, start) && add(number & 0xffffU, start);
  }

  bool add(std::uint32_t group, std::size_t start) {
    if (count_ == kGroups) return fail(start, "expected 8 groups, found more");
    groups_[count_++] = static_cast<std::uint16_t>(group);
    return true;
  }

  bool read_colon() {
    if (!at(':')) return stopped("':' or the end");
    ++at_;
    if (at_end()) return stopped("a group of hexadecimal digits");
    if (!at(':')) return true;
    if (gap_) return fail(at_ - 1, "'::' stands twice; it may stand once");
    gap_ = count_;
    ++at_;
    return true;
  }

  /// Moves the groups after "::" to the end.
  bool fill_gap() {
    if (!gap_) {
      return count_ == kGroups ||
             fail(at_, "expected 8 groups or '::', found " + std::to_string(count_) +
                           (count_ == 1 ? " group" : " groups"));
    }
    if (count_ == kGroups) return fail(at_, "8 groups leave nothing for '::' to stand for");
    std::rotate(groups_.begin() + *gap_, groups_.begin() + count_, groups_.end());
    return true;
  }

  [[nodiscard]] std::uint64_t joined(std::size_t first) const noexcept {
    std::uint64_t half = 0;
    for (std::size_t i = first; i < first + 4; ++i) half = half << 16U | groups_[i];
    return half;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::array<std::uint16_t, kGroups> groups_{};  // zero where nothing was read yet
  std::size_t count_ = 0;
  std::optional<std::size_t> gap_;  // how many groups came before "::"
  std::optional<Error> error_;
};

}  // namespace

Result<Address> ip::parse_as_written(std::string_view text) {
  if (std::uint32_t number = 0; parse_dotted_quad(text, number)) return Address::from_v4(number);
  return AddressParser(text).parse();
}

Result<Address> parse_address(std::string_view text) {
  if (std::uint32_t number = 0; ip::parse_dotted_quad(text, number)) {
    return Address::from_v4(number);
  }
  auto address = ip::parse_as_written(text);
  if (!address) return address;
  return address->unmapped();
}

}  // namespace servicetags
