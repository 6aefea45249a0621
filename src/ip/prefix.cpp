// CIDR prefixes and ranges: arithmetic, reading, printing.
// Tested by: tests/unit/prefix_test.cpp, tests/unit/address_spellings_test.cpp
#include "servicetags/prefix.hpp"

#include <algorithm>

#include "ip/uint128.hpp"
#include "support/ascii.hpp"

namespace servicetags {

using ip::number_of;
using ip::Uint128;

Prefix::Prefix(const Address& address, unsigned length) noexcept
    : network_(ip::address_of(address.family(),
                              number_of(address) & ~ip::host_mask(address.family(), length))),
      length_(static_cast<std::uint8_t>(length)) {}

Address Prefix::last() const noexcept {
  return ip::address_of(family(), number_of(network_) | ip::host_mask(family(), length_));
}

bool Prefix::contains(const Address& address) const noexcept {
  return address.family() == family() &&
         ((number_of(address) ^ number_of(network_)) & ~ip::host_mask(family(), length_)) == 0;
}

bool Prefix::contains(const Prefix& other) const noexcept {
  return other.length_ >= length_ && contains(other.network_);
}

namespace {

Error invalid_length(std::size_t offset, std::string message) {
  return {Errc::invalid_prefix, std::move(message), {}, offset};
}

/// A decimal length without sign or leading zeros. `offset` is its place in the whole.
Result<unsigned> parse_length(std::string_view text, unsigned most, std::size_t offset) {
  if (text.empty()) return invalid_length(offset, "expected a prefix length, found the end");
  unsigned length = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!ascii::is_digit(text[i])) {
      return invalid_length(offset + i,
                            "expected a decimal prefix length, found " + ascii::quoted(text));
    }
    // Longer numbers are past the limit anyway; do not let them wrap around.
    if (length < 1'000) length = length * 10 + static_cast<unsigned>(text[i] - '0');
  }
  if (text.size() > 1 && text[0] == '0') {
    return invalid_length(offset, "prefix length " + ascii::quoted(text) + " has a leading zero");
  }
  if (length <= most) return length;
  return invalid_length(
      offset, "prefix length " + ascii::quoted(text) + " is larger than " + std::to_string(most));
}

/// An IPv4-mapped prefix is the IPv4 prefix it stands for; a shorter one is not.
bool is_mapped(std::string_view address_text, const Address& address) {
  return address.is_v4() && address_text.find(':') != std::string_view::npos;
}

}  // namespace

Result<Prefix> parse_prefix(std::string_view text, HostBits host_bits) {
  const std::size_t slash = std::min(text.find('/'), text.size());
  const std::string_view address_text = text.substr(0, slash);
  auto address = parse_address(address_text);
  if (!address) return std::move(address).error();
  const bool mapped = is_mapped(address_text, *address);
  unsigned length = address_bits(address->family());
  if (slash != text.size()) {
    const unsigned most = mapped ? 128 : length;
    auto parsed = parse_length(text.substr(slash + 1), most, slash + 1);
    if (!parsed) return std::move(parsed).error();
    length = *parsed;
    if (mapped && length >= 96) {
      length -= 96;
    } else if (mapped) {
      address = Address::from_v6(0, std::uint64_t{0xffffU} << 32U | address->v4());
    }
  }
  const Prefix prefix(*address, length);
  if (prefix.network() == *address || host_bits == HostBits::clear) return prefix;
  return Error{
      Errc::host_bits_set,
      ascii::quoted(text) + " has bits beyond its length; did you mean " + to_string(prefix) + "?",
      {},
      0};
}

Result<AddressRange> parse_range(std::string_view text) {
  const std::size_t hyphen = text.find('-');
  if (hyphen == std::string_view::npos) {
    auto prefix = parse_prefix(text);
    if (!prefix) return std::move(prefix).error();
    return AddressRange::of(*prefix);
  }
  std::size_t first_end = hyphen;
  while (first_end > 0 && ascii::is_blank(text[first_end - 1])) --first_end;
  std::size_t last_begin = hyphen + 1;
  while (last_begin < text.size() && ascii::is_blank(text[last_begin])) ++last_begin;

  auto first = parse_address(text.substr(0, first_end));
  if (!first) return std::move(first).error();
  auto last = parse_address(text.substr(last_begin));
  if (!last) {
    Error error = std::move(last).error();
    if (error.offset) *error.offset += last_begin;
    return error;
  }
  if (first->family() != last->family()) {
    return Error{Errc::invalid_range, "a range goes from one family to the other", {}, last_begin};
  }
  if (*last < *first) {
    return Error{Errc::invalid_range,
                 "the range ends before it begins; did you mean " + to_string(*last) + "-" +
                     to_string(*first) + "?",
                 {},
                 last_begin};
  }
  return AddressRange{*first, *last};
}

std::vector<Prefix> to_prefixes(const AddressRange& range) {
  std::vector<Prefix> prefixes;
  const Family family = range.first.family();
  const Uint128 last = number_of(range.last);
  Uint128 first = number_of(range.first);
  while (true) {
    // The largest block that starts here, is aligned, and does not go past the end.
    unsigned length = address_bits(family);
    while (length > 0) {
      const Uint128 mask = ip::host_mask(family, length - 1);
      if ((first & mask) != 0 || (first | mask) > last) break;
      --length;
    }
    prefixes.emplace_back(ip::address_of(family, first), length);
    const Uint128 block_last = first | ip::host_mask(family, length);
    if (block_last == last) return prefixes;
    first = block_last + 1;
  }
}

std::string to_string(const Prefix& prefix) {
  return to_string(prefix.network()) + "/" + std::to_string(prefix.length());
}

std::string to_string(const AddressRange& range) {
  const std::vector<Prefix> prefixes = to_prefixes(range);
  if (prefixes.size() == 1) return to_string(prefixes.front());
  return to_string(range.first) + "-" + to_string(range.last);
}

}  // namespace servicetags
