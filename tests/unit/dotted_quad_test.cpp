#include "ip/dotted_quad.hpp"

#include <doctest/doctest.h>

#include <cstring>
#include <memory>
#include <random>
#include <string>

#include "servicetags/address.hpp"
#include "support/slow_address_parser.hpp"

using namespace servicetags;

namespace {

/// Whether the fast reader and the slow twin agree; the text has not a byte more to read.
bool is_read_right(const std::string& text) {
  const auto exact = std::make_unique<char[]>(text.size());  // NOLINT(modernize-avoid-c-arrays)
  std::memcpy(exact.get(), text.data(), text.size());
  std::uint32_t number = 0;
  const bool read = ip::parse_dotted_quad({exact.get(), text.size()}, number);
  const auto expected = testing::slow::read_address(text);
  const bool is_v4 = expected && text.find(':') == std::string::npos;
  if (!ip::has_fast_dotted_quad()) return !read;
  return read == is_v4 && (!read || to_string(Address::from_v4(number)) == *expected);
}

std::string digits(unsigned count, char first, char rest) {
  return first + std::string(count - 1, rest);
}

}  // namespace

TEST_CASE("each octet of each number of digits beside each other") {
  if (!ip::has_fast_dotted_quad()) MESSAGE("LEFT OUT: this machine has no SSE4.1");
  std::size_t wrong = 0;
  for (unsigned shape = 0; shape < 256; ++shape) {  // with octets of four digits, too
    for (const char first : {'0', '1', '2', '9'}) {
      for (const char rest : {'0', '5', '6'}) {
        std::string text;
        for (unsigned octet = 0; octet < 4; ++octet) {
          if (octet > 0) text += '.';
          text += digits((shape >> (2 * octet) & 3U) + 1, first, rest);
        }
        wrong += is_read_right(text) ? 0 : 1;
      }
    }
  }
  CHECK(wrong == 0);
}

TEST_CASE("every number at every place") {
  std::size_t wrong = 0;
  for (unsigned place = 0; place < 4; ++place) {
    for (unsigned number = 0; number < 1100; ++number) {
      for (const char* other : {"0", "10", "255"}) {
        std::string text;
        for (unsigned octet = 0; octet < 4; ++octet) {
          if (octet > 0) text += '.';
          text += octet == place ? std::to_string(number) : other;
        }
        wrong += is_read_right(text) ? 0 : 1;
      }
    }
  }
  CHECK(wrong == 0);
}

TEST_CASE("any byte in any place of every shape, left out or put in") {
  std::size_t wrong = 0;
  std::size_t asked = 0;
  for (unsigned shape = 0; shape < 81; ++shape) {
    std::string text;
    for (unsigned octet = 0, rest = shape; octet < 4; ++octet, rest /= 3) {
      if (octet > 0) text += '.';
      text += digits(rest % 3 + 1, '1', '2');
    }
    for (std::size_t at = 0; at <= text.size(); ++at) {
      for (int byte = -1; byte < 256; byte += byte < 0x3b && byte >= 0x2c ? 1 : 7) {
        std::string other = text;
        if (at < text.size()) other.erase(at, 1);
        if (byte >= 0) other.insert(at, 1, static_cast<char>(byte));
        wrong += is_read_right(other) ? 0 : 1;
        if (byte >= 0)
          wrong += is_read_right(std::string(text).insert(at, 1, static_cast<char>(byte))) ? 0 : 1;
        ++asked;
      }
    }
  }
  CHECK(wrong == 0);
  CHECK(asked > 20'000);
}

TEST_CASE("arrangements of dots and digits, at random") {
  constexpr std::uint64_t kSeed = 20261124;
  MESSAGE("seed ", kSeed);
  std::mt19937_64 random(kSeed);
  std::size_t wrong = 0;
  std::size_t good = 0;
  for (int i = 0; i < 300'000; ++i) {
    std::string text;
    const std::uint64_t size = random() % 18;
    for (std::uint64_t n = 0; n < size; ++n) text += ".0123456789..1255"[random() % 17];
    wrong += is_read_right(text) ? 0 : 1;
    good += testing::slow::read_address(text) ? 1 : 0;
  }
  CHECK(wrong == 0);
  CHECK(good > 500);
}
