#include "servicetags/ip.hpp"

#include <doctest/doctest.h>

#include <array>
#include <random>

using namespace servicetags;
namespace asio = boost::asio::ip;

namespace {

constexpr std::uint64_t kSeed = 20251028;

Address address(std::string_view text) { return parse_address(text).value(); }
Prefix prefix(std::string_view text) { return parse_prefix(text).value(); }

}  // namespace

TEST_CASE("the header stands alone, and its conversions give what Asio prints") {
  CHECK(to_asio(address("10.1.2.3")).to_string() == "10.1.2.3");
  CHECK(to_asio(address("2001:db8::1")).to_string() == "2001:db8::1");
  CHECK(to_asio(address("10.1.2.3")).is_v4());
  CHECK(to_asio(address("::1")).is_v6());
  CHECK(to_asio_v4(prefix("10.0.0.0/8")).to_string() == "10.0.0.0/8");
  CHECK(to_asio_v6(prefix("2001:db8::/32")).to_string() == "2001:db8::/32");
}

TEST_CASE("addresses go to Asio and back unchanged") {
  INFO("seed ", kSeed);
  std::mt19937_64 random(kSeed);
  std::size_t checked = 0;
  for (; checked < 1'000; ++checked) {
    const std::uint64_t high = random();
    const Address v6 = Address::from_v6(high, random());
    CHECK(from_asio(to_asio_v6(v6)) == v6);
    CHECK(from_asio(to_asio(v6)) == v6);
    const Address v4 = Address::from_v4(static_cast<std::uint32_t>(high));
    CHECK(from_asio(to_asio_v4(v4)) == v4);
    CHECK(from_asio(to_asio(v4)) == v4);
  }
  CHECK(checked == 1'000);
}

TEST_CASE("bytes keep their places") {
  const asio::address_v6 v6 = to_asio_v6(address("102:304:506:708:90a:b0c:d0e:f10"));
  const auto bytes = v6.to_bytes();
  for (unsigned i = 0; i < 16; ++i) CHECK(bytes[i] == i + 1);
  CHECK(to_asio_v4(address("1.2.3.4")).to_uint() == 0x01020304);
}

TEST_CASE("an IPv4-mapped address becomes IPv4") {
  const auto mapped = asio::make_address_v6(asio::v4_mapped, asio::address_v4(0x0a010203));
  CHECK(from_asio(mapped) == address("10.1.2.3"));
  CHECK(from_asio(asio::address(mapped)) == address("10.1.2.3"));
}

TEST_CASE("a scope id is dropped") {
  asio::address_v6 scoped = to_asio_v6(address("fe80::1"));
  scoped.scope_id(7);
  CHECK(from_asio(scoped) == address("fe80::1"));
  CHECK(from_asio(asio::address(scoped)) == address("fe80::1"));
  CHECK(to_asio_v6(from_asio(scoped)).scope_id() == 0);
}

TEST_CASE("prefixes of every length go to Asio and back unchanged") {
  INFO("seed ", kSeed);
  std::mt19937_64 random(kSeed);
  unsigned checked = 0;
  for (unsigned length = 0; length <= 128; ++length, ++checked) {
    const std::uint64_t high = random();
    const Prefix v6(Address::from_v6(high, random()), length);
    CHECK(from_asio(to_asio_v6(v6)) == v6);
    if (length > 32) continue;
    const Prefix v4(Address::from_v4(static_cast<std::uint32_t>(high)), length);
    CHECK(from_asio(to_asio_v4(v4)) == v4);
  }
  CHECK(checked == 129);
}

TEST_CASE("networks lose their host bits, and IPv4-mapped ones become IPv4") {
  CHECK(from_asio(asio::network_v4(asio::address_v4(0x0a010203), 8)) == prefix("10.0.0.0/8"));
  const asio::address_v6 v6 = to_asio_v6(address("2001:db8::1"));
  CHECK(from_asio(asio::network_v6(v6, 64)) == prefix("2001:db8::/64"));
  const auto mapped = asio::make_address_v6(asio::v4_mapped, asio::address_v4(0x0a010203));
  CHECK(from_asio(asio::network_v6(mapped, 104)) == prefix("10.0.0.0/8"));
  CHECK(from_asio(asio::network_v6(mapped, 96)) == prefix("0.0.0.0/0"));
  CHECK(from_asio(asio::network_v6(mapped, 95)) == prefix("::fffe:0:0/95"));
}
