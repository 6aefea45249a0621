#include "servicetags/address.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <type_traits>
#include <vector>

#include "support/ascii.hpp"
#include "support/slow_address_parser.hpp"

using namespace servicetags;

namespace slow = servicetags::testing::slow;

namespace {

/// The canonical text, or nothing, as the slow twin gives it.
std::optional<std::string> read(std::string_view text) {
  const auto address = parse_address(text);
  if (!address) return std::nullopt;
  return to_string(*address);
}

bool agrees_with_twin(const std::string& text) { return read(text) == slow::read_address(text); }

std::string error_of(std::string_view text) {
  const auto address = parse_address(text);
  return address ? "no error" : to_string(address.error());
}

Address from_groups(const std::array<std::uint64_t, 8>& groups) {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    high = high << 16U | groups[i];
    low = low << 16U | groups[i + 4];
  }
  return Address::from_v6(high, low);
}

/// Calls `check` with every text of up to `most` letters.
template <typename Check>
std::size_t for_each_text(const std::string& letters, std::size_t most, const Check& check) {
  std::vector<std::string> texts = {""};
  for (std::size_t i = 0; i < texts.size(); ++i) {
    check(texts[i]);
    if (texts[i].size() == most) continue;
    for (const char letter : letters) texts.push_back(texts[i] + letter);
  }
  return texts.size();
}

}  // namespace

TEST_CASE("an address is a small plain value, usable in constant expressions") {
  static_assert(sizeof(Address) == 24 && std::is_trivially_copyable_v<Address>);
  static_assert(Address() == Address::from_v4(0) && Address().is_v4());
  static_assert(Address::from_v4(0x0a000001).v4() == 0x0a000001);
  static_assert(Address::from_v4(0xffffffff).high() == 0);
  static_assert(Address::from_v6(1, 2).high() == 1 && Address::from_v6(1, 2).low() == 2);
  static_assert(Address::from_v6(0, 1).family() == Family::v6 && !Address::from_v6(0, 1).is_v4());
  static_assert(Address::from_v6(0, 0xffff'0a000001).unmapped() == Address::from_v4(0x0a000001));
  static_assert(address_bits(Family::v4) == 32 && address_bits(Family::v6) == 128);
  CHECK(to_string(Address()) == "0.0.0.0");
}

TEST_CASE("bytes are in network order, and IPv4-mapped ones become IPv4") {
  const std::array<std::uint8_t, 4> v4 = {10, 1, 2, 255};
  CHECK(to_string(Address::from_bytes(std::span(v4))) == "10.1.2.255");
  std::array<std::uint8_t, 16> v6 = {0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xab, 1};
  CHECK(to_string(Address::from_bytes(std::span(v6))) == "2001:db8::ab01");
  v6 = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 10, 1, 2, 255};
  CHECK(to_string(Address::from_bytes(std::span(v6))) == "10.1.2.255");
}

TEST_CASE("only ::ffff:a.b.c.d is unmapped") {
  CHECK(Address::from_v6(0, 0xffff'00000000).unmapped() == Address::from_v4(0));
  CHECK(Address::from_v6(0, 0xffff'ffffffff).unmapped() == Address::from_v4(0xffffffff));
  for (const Address other :
       {Address::from_v4(0xffff), Address::from_v6(0, 0), Address::from_v6(0, 0xfffe'00000001),
        Address::from_v6(0, 0xffff), Address::from_v6(0, 0x1ffff'00000001), Address::from_v6(1, 0),
        Address::from_v6(1, 0xffff'00000001)}) {
    INFO(to_string(other));
    CHECK(other.unmapped() == other);
  }
}

TEST_CASE("IPv4 comes before IPv6, and each is ordered by number") {
  const std::array sorted = {Address::from_v4(0),          Address::from_v4(1),
                             Address::from_v4(0x80000000), Address::from_v4(~0U),
                             Address::from_v6(0, 0),       Address::from_v6(0, 1),
                             Address::from_v6(0, ~0ULL),   Address::from_v6(1, 0),
                             Address::from_v6(~0ULL, 0),   Address::from_v6(~0ULL, ~0ULL)};
  for (std::size_t a = 0; a < sorted.size(); ++a) {
    for (std::size_t b = 0; b < sorted.size(); ++b) {
      CHECK((sorted[a] <=> sorted[b]) == (a <=> b));
      CHECK((sorted[a] == sorted[b]) == (a == b));
    }
  }
}

TEST_CASE("every pattern of zero groups is printed as RFC 5952 says, and read back") {
  std::size_t checked = 0;
  for (const std::uint64_t group : {0x1ULL, 0xabULL, 0xc0dULL, 0xffffULL, 0x1000ULL}) {
    for (unsigned pattern = 0; pattern < 256; ++pattern, ++checked) {
      std::array<std::uint64_t, 8> groups{};
      slow::Bits bits;
      for (std::size_t i = 0; i < 8; ++i) {
        groups[i] = (pattern >> i & 1U) != 0 ? group : 0;
        bits += slow::to_bits(groups[i], 16);
      }
      const Address address = from_groups(groups);
      const std::string text = to_string(address);
      CHECK(text == slow::print(bits));
      CHECK(parse_address(text).value() == address.unmapped());
    }
  }
  CHECK(checked == 5 * 256);
}

TEST_CASE("random addresses are printed as the slow twin prints them, and read back") {
  constexpr std::uint64_t kSeed = 20251028;
  INFO("seed ", kSeed);
  std::mt19937_64 random(kSeed);
  std::size_t checked = 0;
  for (; checked < 5'000; ++checked) {
    const std::uint64_t high = random() & random();
    const std::uint64_t low = random() & random() & random();
    const Address v6 = Address::from_v6(high, low);
    CHECK(to_string(v6) == slow::print(slow::to_bits(high, 64) + slow::to_bits(low, 64)));
    CHECK(parse_address(to_string(v6)).value() == v6);
    const Address v4 = Address::from_v4(static_cast<std::uint32_t>(high));
    CHECK(to_string(v4) == slow::print(slow::to_bits(v4.v4(), 32)));
    CHECK(parse_address(to_string(v4)).value() == v4);
  }
  CHECK(checked == 5'000);
}

TEST_CASE("an octet is any of 0 to 255 in plain decimal, in each of the four places") {
  std::size_t accepted = 0;
  const std::size_t texts = 4 * for_each_text("0123456789", 3, [&](const std::string& octet) {
                              for (std::size_t place = 0; place < 4; ++place) {
                                std::string text;
                                for (std::size_t i = 0; i < 4; ++i)
                                  text += (i > 0 ? "." : "") + (i == place ? octet : "7");
                                const bool good =
                                    agrees_with_twin(text) && agrees_with_twin("::" + text);
                                if (!good) CHECK_MESSAGE(false, text);
                                accepted += read(text).has_value() ? 1 : 0;
                              }
                            });
  CHECK(texts == 4 * 1111);
  CHECK(accepted == 4 * 256);
}

TEST_CASE("every arrangement of colons, dots and ones is read as the slow twin reads it") {
  std::size_t accepted = 0;
  const auto check = [&](const std::string& text) {
    if (!agrees_with_twin(text)) CHECK_MESSAGE(false, text);
    accepted += read(text).has_value() ? 1 : 0;
  };
  CHECK(for_each_text(":1", 15, check) == 65'535);
  CHECK(for_each_text(":.1", 9, check) == 29'524);
  // Eight groups in all but the shortest way: the part of a long text that varies.
  CHECK(for_each_text(":1", 8, [&](const std::string& text) {
          check("2:3:4:5" + text);
          check(text + "2:3:4:5");
          check("2:3:4" + text + "1.2.3.4");
        }) == 511);
  CHECK(accepted > 500);
}

TEST_CASE("one byte put in, replaced or left out is read as the slow twin reads it") {
  std::size_t checked = 0;
  std::size_t accepted = 0;
  const auto check = [&](const std::string& text) {
    if (!agrees_with_twin(text)) CHECK_MESSAGE(false, ascii::quoted(text));
    accepted += read(text).has_value() ? 1 : 0;
    ++checked;
  };
  for (const std::string& text :
       {std::string("10.20.0.255"), std::string("2001:db8::A:1"), std::string("1:2:3:4:5:6:7:8"),
        std::string("::ffff:9.8.7.6"), std::string("::"), std::string("0")}) {
    for (std::size_t at = 0; at <= text.size(); ++at) {
      check(text.substr(0, at) + text.substr(std::min(at + 1, text.size())));
      for (int byte = 0; byte < 256; ++byte) {
        const std::string head = text.substr(0, at) + static_cast<char>(byte);
        check(head + text.substr(at));
        check(head + text.substr(std::min(at + 1, text.size())));
      }
    }
  }
  CHECK(checked > 25'000);
  CHECK(accepted > 500);
}

TEST_CASE("hexadecimal digits of either case, one to four a group") {
  std::size_t accepted = 0;
  const std::size_t texts = for_each_text("0aFg", 5, [&](const std::string& group) {
    const std::string text = group + ":1:2:3:4:5:6:" + group;
    if (!agrees_with_twin(text)) CHECK_MESSAGE(false, text);
    accepted += read(text).has_value() ? 1 : 0;
  });
  CHECK(texts == 1365);
  CHECK(accepted == 3 + 9 + 27 + 81);
}

TEST_CASE("an error names what was expected, what was found, and the byte") {
  CHECK(error_of("") == "expected an IPv4 or IPv6 address, found the end (byte 0)");
  CHECK(error_of("hello") == "expected an IPv4 or IPv6 address, found 'hello' (byte 0)");
  CHECK(error_of("[::1]") == "expected an IPv4 or IPv6 address, found '[::1]' (byte 0)");
  CHECK(error_of("10.010.0.1") ==
        "octet '010' has a leading zero; write it in decimal without one (byte 3)");
  CHECK(error_of("1.2.3.256") == "octet '256' is larger than 255 (byte 6)");
  CHECK(error_of("1.2.3") == "expected 4 octets, found 3 (byte 5)");
  CHECK(error_of("1.2.3.") == "expected an octet, found the end (byte 6)");
  CHECK(error_of("1.2.3.4.5") == "expected the end after 4 octets, found '.5' (byte 7)");
  CHECK(error_of("1.2.3.4:80") == "expected the end after 4 octets, found ':80' (byte 7)");
  CHECK(error_of("1.2.3.4\n") == "expected the end after 4 octets, found '\\x0a' (byte 7)");
  CHECK(error_of("0x7f.0.0.1") == "expected '.', found 'x7f.0.0.1' (byte 1)");
  CHECK(error_of("fe80::1%eth0") ==
        "zone '%eth0' is not accepted; give the address without it (byte 7)");
  CHECK(error_of("1:2:3") == "expected 8 groups or '::', found 3 groups (byte 5)");
  CHECK(error_of("1:2:3:4:5:6:7:8:9") == "expected 8 groups, found more (byte 16)");
  CHECK(error_of("1:2:3:4::5:6:7:8") == "8 groups leave nothing for '::' to stand for (byte 16)");
  CHECK(error_of("1::2::3") == "'::' stands twice; it may stand once (byte 4)");
  CHECK(error_of("1:12345::") == "group '12345' has more than 4 digits (byte 2)");
  CHECK(error_of("1:2:") == "expected a group of hexadecimal digits, found the end (byte 4)");
  CHECK(error_of("::1/64") == "expected ':' or the end, found '/64' (byte 3)");
  CHECK(error_of("::1.2.3") == "expected 4 octets, found 3 (byte 7)");
}
