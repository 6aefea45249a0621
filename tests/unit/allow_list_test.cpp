#include "servicetags/allow_list.hpp"

#include <doctest/doctest.h>

using namespace servicetags;

namespace {

AddressRange range(const char* text) { return parse_range(text).value(); }

std::string where_of_error(const char* text, Errc code) {
  const auto list = parse_allow_list(text);
  REQUIRE_MESSAGE(!list.has_value(), text);
  CHECK(list.error().code == code);
  return list.error().where;
}

}  // namespace

TEST_CASE("lines hold addresses, perhaps a protocol and ports") {
  const AllowList list = parse_allow_list(
                             "# what we let through\r\n"
                             "192.0.2.0/24\r\n"
                             "\n"
                             "198.18.0.1-198.18.0.9 tcp 443,8000-8010  # web\n"
                             "198.18.1.1 - 198.18.1.9 udp\n"
                             "2001:db8::1 any 53")
                             .value();
  REQUIRE(list.entries.size() == 4);
  CHECK(list.entries[0].addresses == range("192.0.2.0/24"));
  CHECK(list.entries[0].protocol == Protocol::any);
  CHECK(list.entries[0].ports.empty());
  CHECK(list.entries[0].where == "line 2");
  CHECK(list.entries[1].addresses == range("198.18.0.1-198.18.0.9"));
  CHECK(list.entries[1].protocol == Protocol::tcp);
  CHECK(list.entries[1].ports == std::vector<PortRange>{{443, 443}, {8000, 8010}});
  CHECK(list.entries[2].addresses == range("198.18.1.1-198.18.1.9"));
  CHECK(list.entries[2].protocol == Protocol::udp);
  CHECK(list.entries[3].addresses == range("2001:db8::1"));
  CHECK(list.entries[3].where == "line 6");
  CHECK(parse_allow_list("").value().entries.empty());
}

TEST_CASE("the first line that is wrong is named") {
  CHECK(where_of_error("192.0.2.0/24\n300.0.0.0/8\n", Errc::invalid_address) == "line 2");
  CHECK(where_of_error("192.0.2.1/24", Errc::host_bits_set) == "line 1");
  CHECK(where_of_error("\n192.0.2.0/33", Errc::invalid_prefix) == "line 2");
  CHECK(where_of_error("192.0.2.9-192.0.2.1", Errc::invalid_range) == "line 1");
  CHECK(where_of_error("192.0.2.1 tcp 0", Errc::invalid_argument) == "line 1");
  CHECK(where_of_error("192.0.2.1 sctp", Errc::invalid_argument) == "line 1");
  CHECK(where_of_error("192.0.2.1 tcp 443 drop", Errc::invalid_argument) == "line 1");
  CHECK(where_of_error("Storage.WestUS", Errc::invalid_address) == "line 1");
}

TEST_CASE("the output of ipset save is read") {
  const AllowList list = parse_allow_list(
                             "create azure hash:net family inet hashsize 1024 maxelem 65536\n"
                             "add azure 192.0.2.0/24\nadd azure 198.18.0.1\n")
                             .value();
  REQUIRE(list.entries.size() == 2);
  CHECK(list.entries[0].addresses == range("192.0.2.0/24"));
  CHECK(list.entries[1].addresses == range("198.18.0.1"));
  CHECK(where_of_error("add azure 192.0.2.0/24 nomatch", Errc::invalid_argument) == "line 1");
}

TEST_CASE("the sets of nft -j list ruleset are read") {
  const AllowList list = parse_allow_list(R"({"nftables": [
        {"metainfo": {"version": "1.0.6"}},
        {"set": {"name": "a", "type": "ipv4_addr", "elem": ["192.0.2.1",
          {"prefix": {"addr": "198.18.0.0", "len": 24}}, {"range": ["198.18.1.1", "198.18.1.9"]},
          {"elem": {"val": "192.0.2.2", "comment": "x"}}]}},
        {"set": {"name": "b", "type": "ipv6_addr", "elem": ["2001:db8::1"]}},
        {"set": {"name": "c", "type": "inet_service", "elem": [443]}}]})")
                             .value();
  REQUIRE(list.entries.size() == 5);
  CHECK(list.entries[1].addresses == range("198.18.0.0/24"));
  CHECK(list.entries[2].addresses == range("198.18.1.1-198.18.1.9"));
  CHECK(list.entries[3].addresses == range("192.0.2.2"));
  CHECK(list.entries[4].addresses == range("2001:db8::1"));
  CHECK(list.entries[0].where == "#/nftables/1/set/elem/0");
  const auto bad = parse_allow_list(
      R"({"nftables": [{"set": {"type": "ipv4_addr", "elem": ["host.example"]}}]})");
  CHECK(bad.error().where == "#/nftables/0/set/elem/0");
}

TEST_CASE("Allow rules of a network security group are read, in both of its forms") {
  const char* const rule = R"({"access": "Allow", "direction": "Outbound", "protocol": "Tcp",
      "destinationPortRanges": ["443", "8000-8010"], "sourceAddressPrefix": "VirtualNetwork",
      "destinationAddressPrefixes": ["192.0.2.0/24", "2001:db8::/48"]})";
  const char* const inbound = R"({"access": "Allow", "direction": "Inbound", "protocol": "*",
      "destinationPortRange": "*", "sourceAddressPrefix": "198.18.0.0/24"})";
  const char* const denied = R"({"access": "Deny", "direction": "Inbound", "protocol": "*",
      "destinationPortRange": "*", "sourceAddressPrefix": "*"})";
  const char* const by_tag = R"({"access": "Allow", "direction": "Outbound", "protocol": "Udp",
      "destinationPortRange": "53", "destinationAddressPrefix": "Storage.WestUS"})";
  const auto wrapped = [](const char* properties) {
    return R"({"name": "r", "properties": )" + std::string(properties) + "}";
  };
  const std::string from_az = R"({"securityRules": [)" + std::string(rule) + "," + inbound + "," +
                              denied + "," + by_tag + "]}";
  const std::string from_arm = R"({"resources": [{"properties": {"securityRules": [)" +
                               wrapped(rule) + "," + wrapped(inbound) + "," + wrapped(denied) +
                               "," + wrapped(by_tag) + "]}}]}";
  for (const std::string& text : {from_az, from_arm}) {
    const AllowList list = parse_allow_list(text).value();
    REQUIRE(list.entries.size() == 3);
    CHECK(list.entries[0].addresses == range("192.0.2.0/24"));
    CHECK(list.entries[0].direction == Direction::outbound);
    CHECK(list.entries[0].protocol == Protocol::tcp);
    CHECK(list.entries[0].ports == std::vector<PortRange>{{443, 443}, {8000, 8010}});
    CHECK(list.entries[1].addresses == range("2001:db8::/48"));
    CHECK(list.entries[2].direction == Direction::inbound);
    CHECK(list.entries[2].ports.empty());
    REQUIRE(list.warnings.size() == 1);
    CHECK(list.warnings[0].find("Storage.WestUS") != std::string::npos);
  }
}

TEST_CASE("JSON that holds no allow-list is refused") {
  CHECK(parse_allow_list("{}").error().code == Errc::unexpected_shape);
  CHECK(parse_allow_list("[1, 2").error().code == Errc::malformed_json);
  CHECK(parse_allow_list(std::string(100'000, '[')).error().code == Errc::limit_exceeded);
}
