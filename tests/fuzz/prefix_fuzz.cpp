// Feeds the prefix and range readers anything and checks what must hold of every answer; the
// obvious twin says which texts are prefixes. Build with
// clang++ -fsanitize=fuzzer,address,undefined.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "servicetags/prefix.hpp"
#include "support/next_address.hpp"
#include "support/slow_address_parser.hpp"

using namespace servicetags;

namespace {

void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "does not hold: %s\n", what);
  std::abort();
}

void check_error(const Error& error, std::size_t size) {
  require(error.code >= Errc::invalid_address && error.code <= Errc::invalid_range,
          "errors are of four kinds");
  require(error.offset && *error.offset <= size, "the byte is in the text");
  require(!error.message.empty(), "an error has a message");
  for (const char c : error.message) require(c >= 0x20 && c <= 0x7e, "messages are printable");
}

void check_prefix(std::string_view text, const Result<Prefix>& prefix) {
  const auto expected = testing::slow::read_prefix(std::string(text));
  require(prefix.has_value() == expected.has_value(), "the twin agrees on what is a prefix");
  const auto cleared = parse_prefix(text, HostBits::clear);
  if (!prefix) {
    check_error(prefix.error(), text.size());
    const bool has_host_bits = prefix.error().code == Errc::host_bits_set;
    require(cleared.has_value() == has_host_bits, "clearing mends host bits, and nothing else");
    if (cleared) {
      const std::string meant = to_string(*cleared);
      require(prefix.error().message.find(meant) != std::string::npos, "the error names it");
      require(parse_prefix(meant).value() == *cleared, "what was meant is read");
    }
    return;
  }
  require(to_string(*prefix) == *expected, "the twin agrees on the canonical text");
  require(parse_prefix(*expected).value() == *prefix, "a printed prefix is read back");
  require(cleared && *cleared == *prefix, "there is nothing to clear");
  require(prefix->contains(prefix->first()) && prefix->contains(prefix->last()), "holds its ends");
}

void check_range(std::string_view text) {
  const auto range = parse_range(text);
  if (!range) return check_error(range.error(), text.size());
  require(range->first <= range->last, "a range is in order");
  require(parse_range(to_string(*range)).value() == *range, "a printed range is read back");
  const auto prefixes = to_prefixes(*range);
  require(prefixes.size() <= (range->first.is_v4() ? 62U : 254U), "a range is few prefixes");
  require(prefixes.front().first() == range->first, "the prefixes begin where the range does");
  require(prefixes.back().last() == range->last, "the prefixes end where the range does");
  for (std::size_t i = 1; i < prefixes.size(); ++i) {
    require(testing::next(prefixes[i - 1].last()) == prefixes[i].first(), "without a gap");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check_prefix(text, parse_prefix(text));
  check_range(text);
  return 0;
}
