// Reading prefixes and ranges.
// Tested by: tests/unit/prefix_test.cpp, tests/unit/address_spellings_test.cpp
#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>

#include "ip/address_text.hpp"
#include "servicetags/prefix.hpp"
#include "support/ascii.hpp"

namespace servicetags {
namespace {

Error invalid_length(std::size_t offset, std::string message) {
  return {Errc::invalid_prefix, std::move(message), {}, offset};
}

/// The length from `begin` to the end of `text`.
Result<unsigned> parse_length(std::string_view text, std::size_t begin, unsigned most) {
  const std::string_view digits = text.substr(begin);
  if (digits.empty()) return invalid_length(begin, "expected a prefix length, found the end");
  unsigned length = 0;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (!ascii::is_digit(digits[i])) {
      return invalid_length(
          begin + i, "expected a prefix length in decimal digits, found " + ascii::quoted(digits));
    }
    // Longer numbers are past the limit anyway; do not let them wrap around.
    if (length < 1'000) length = length * 10 + static_cast<unsigned>(digits[i] - '0');
  }
  if (digits.size() > 1 && digits.front() == '0') {
    return invalid_length(begin, "prefix length " + ascii::quoted(digits) + " has a leading zero");
  }
  if (length <= most) return length;
  return invalid_length(
      begin, "prefix length " + ascii::quoted(digits) + " is larger than " + std::to_string(most));
}

std::string_view without_blanks_before(std::string_view text) {
  const auto first = std::find_if_not(text.begin(), text.end(), ascii::is_blank);
  return text.substr(static_cast<std::size_t>(first - text.begin()));
}
std::string_view without_blanks_after(std::string_view text) {
  const auto last = std::find_if_not(text.rbegin(), text.rend(), ascii::is_blank);
  return text.substr(0, static_cast<std::size_t>(text.rend() - last));
}

Error invalid_range(std::size_t offset, std::string message) {
  return {Errc::invalid_range, std::move(message), {}, offset};
}

}  // namespace

Result<Prefix> parse_prefix(std::string_view text, HostBits host_bits) {
  const std::size_t slash = std::min(text.find('/'), text.size());
  auto address = ip::parse_as_written(text.substr(0, slash));
  if (!address) return std::move(address).error();
  unsigned length = address_bits(address->family());
  if (slash != text.size()) {
    auto written = parse_length(text, slash + 1, length);
    if (!written) return std::move(written).error();
    length = *written;
  }
  const Prefix prefix(*address, length);
  if (host_bits == HostBits::clear || prefix.network() == *address) return prefix.unmapped();
  return Error{Errc::host_bits_set,
               ascii::quoted(text) + " has bits beyond its length; did you mean " +
                   to_string(prefix.unmapped()) + "?",
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
  auto first = parse_address(without_blanks_after(text.substr(0, hyphen)));
  if (!first) return std::move(first).error();

  const std::string_view last_text = without_blanks_before(text.substr(hyphen + 1));
  const std::size_t last_begin = text.size() - last_text.size();
  auto last = parse_address(last_text);
  if (!last) {
    Error error = std::move(last).error();
    if (error.offset) *error.offset += last_begin;
    return error;
  }
  if (first->family() != last->family()) {
    return invalid_range(last_begin, "expected two addresses of one family, found " +
                                         to_string(*first) + " and " + to_string(*last));
  }
  if (*last < *first) {
    return invalid_range(last_begin, "the range ends before it begins; did you mean " +
                                         to_string(*last) + "-" + to_string(*first) + "?");
  }
  return AddressRange{*first, *last};
}

}  // namespace servicetags
