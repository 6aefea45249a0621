#include "servicetags/export.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "export/writer.hpp"
#include "support/make_snapshot.hpp"

using namespace servicetags;
using servicetags::testing::prefix;

namespace {

Rule open_rule(Direction direction, Protocol protocol, std::vector<PortRange> ports,
               std::string tag, std::vector<Prefix> prefixes) {
  Rule rule;
  rule.direction = direction;
  rule.protocol = protocol;
  rule.ports = std::move(ports);
  rule.requested = tag;
  rule.tag = std::move(tag);
  rule.purpose = "Testing";
  rule.prefixes = std::move(prefixes);
  return rule;
}

RuleSet small_rules() {
  RuleSet rules;
  rules.profile = "p";
  rules.edition = "2021-11";
  rules.cloud = Cloud::azure_public;
  rules.region = "westus";
  rules.change_number = 375;
  rules.rules = {open_rule(Direction::inbound, Protocol::tcp, {{44224, 44224}},
                           "AzureMachineLearning", {prefix("192.0.2.0/24")}),
                 open_rule(Direction::outbound, Protocol::tcp, {{80, 80}, {443, 443}},
                           "Storage.WestUS", {prefix("198.18.0.0/24"), prefix("2001:db8::/48")}),
                 open_rule(Direction::outbound, Protocol::any, {{5000, 5010}},
                           "BatchNodeManagement", {prefix("203.0.113.7/32")})};
  Rule off = open_rule(Direction::outbound, Protocol::tcp, {{443, 443}}, "", {});
  off.requested = "KeyVault.westus";
  off.status = RuleStatus::condition_off;
  off.reason = "condition hbi_workspace does not hold";
  rules.rules.push_back(off);
  HostRule host;
  host.ports = {{443, 443}};
  host.host = "*.anaconda.com";
  host.purpose = "Install packages";
  rules.hosts.push_back(host);
  host.host = "anaconda.com";
  rules.hosts.push_back(host);
  host.host = "mcr.microsoft.com";
  host.path = "/a/*";
  rules.hosts.push_back(host);
  rules.warnings = {"be careful"};
  return rules;
}

std::string written(const RuleSet& rules, std::string_view format, WriteOptions options = {}) {
  return write_rules(rules, format, options).value();
}

bool holds(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("formats are sorted by name and each writes something") {
  const auto formats = rule_formats();
  CHECK(formats.size() == 20);
  CHECK(std::is_sorted(formats.begin(), formats.end(),
                       [](const auto& a, const auto& b) { return a.name < b.name; }));
  for (const RuleFormat& format : formats) {
    const auto text = write_rules(small_rules(), format.name, {.direction = Direction::outbound});
    REQUIRE_MESSAGE(text.has_value(), std::string(format.name));
    CHECK(!text->empty());
    CHECK(text->back() == '\n');
    CHECK(*text == written(small_rules(), format.name, {.direction = Direction::outbound}));
  }
}

TEST_CASE("JSON holds everything, with status and reason") {
  const std::string text = written(small_rules(), "json");
  CHECK(holds(text, R"("profile":"p")"));
  CHECK(holds(text, R"("cloud":"public")"));
  CHECK(holds(text, R"("change_number":375)"));
  CHECK(holds(text, R"({"direction":"outbound","protocol":"tcp","ports":["80","443"],)"
                    R"("requested":"Storage.WestUS","tag":"Storage.WestUS","purpose":"Testing",)"
                    R"("prefixes":["198.18.0.0/24","2001:db8::/48"],"status":"resolved"})"));
  CHECK(holds(text, R"("status":"condition_off")"));
  CHECK(holds(text, R"({"host":"mcr.microsoft.com","path":"/a/*","protocol":"tcp",)"
                    R"("ports":["443"],"purpose":"Install packages"})"));
  CHECK(holds(text, R"("be careful")"));
}

TEST_CASE("CSV has a row for each prefix, each host, and each row that opens nothing") {
  const std::string text = written(small_rules(), "csv");
  CHECK(std::count(text.begin(), text.end(), '\n') == 1 + 4 + 1 + 3);
  CHECK(holds(text,
              "outbound,tcp,80;443,Storage.WestUS,Storage.WestUS,2001:db8::/48,,,Testing,"
              "resolved\n"));
  CHECK(holds(text, "outbound,tcp,443,KeyVault.westus,,,,,Testing,condition_off\n"));
}

TEST_CASE("nftables parts families and directions, and a file replaces itself") {
  const std::string text = written(small_rules(), "nftables");
  CHECK(holds(text, "table inet azure\ndelete table inet azure\ntable inet azure {\n"));
  CHECK(holds(text, "set azure-out-storage-westus-tcp-80-443-v4 {\n    type ipv4_addr\n"));
  CHECK(holds(text, "set azure-out-storage-westus-tcp-80-443-v6 {\n    type ipv6_addr\n"));
  CHECK(holds(text,
              "    ip saddr @azure-in-azuremachinelearning-tcp-44224-v4 tcp dport { 44224 } "
              "accept\n"));
  CHECK(holds(text, "meta l4proto { tcp, udp } th dport { 5000-5010 } accept"));
  CHECK(holds(text, "3 host names are required as well"));
  CHECK(!holds(text, "anaconda"));
}

TEST_CASE("a plain list is of one direction, sorted and without repeats") {
  const auto both = write_rules(small_rules(), "plain");
  REQUIRE(!both.has_value());
  CHECK(both.error().code == Errc::not_expressible);
  CHECK(written(small_rules(), "plain", {.direction = Direction::outbound}) ==
        "198.18.0.0/24\n203.0.113.7/32\n2001:db8::/48\n");
  CHECK(written(small_rules(), "fortigate", {.direction = Direction::inbound}) == "192.0.2.0/24\n");
}

TEST_CASE("ipset swaps filled sets in, and takes /0 as two halves") {
  RuleSet rules = small_rules();
  rules.rules[0].prefixes = {prefix("0.0.0.0/0"), prefix("::/0")};
  const std::string text = written(rules, "ipset");
  CHECK(holds(text, "-f 0.0.0.0/1\n"));
  CHECK(holds(text, "-f 128.0.0.0/1\n"));
  CHECK(holds(text, "-f 8000::/1\n"));
  CHECK(!holds(text, "/0\n"));
  CHECK(holds(text, "swap "));
  // iptables names the same sets.
  const std::string chains = written(rules, "iptables");
  for (auto at = chains.find("--match-set "); at != std::string::npos;
       at = chains.find("--match-set ", at + 1)) {
    const std::string name = chains.substr(at + 12, chains.find(' ', at + 12) - at - 12);
    CHECK_MESSAGE(holds(text, "create " + name + " hash:net"), name);
    CHECK(name.size() <= 29);
  }
}

TEST_CASE("iptables splits more than 15 ports, a range counting twice") {
  RuleSet rules = small_rules();
  rules.rules.resize(1);
  rules.rules[0].ports.clear();
  for (std::uint16_t port = 1; port <= 7; ++port) {
    rules.rules[0].ports.push_back(
        {static_cast<std::uint16_t>(port * 10), static_cast<std::uint16_t>(port * 10 + 1)});
  }
  rules.rules[0].ports.push_back({100, 100});  // 15 places
  const std::string fits = written(rules, "iptables");
  CHECK(std::count(fits.begin(), fits.end(), 'J') == 0);
  const auto rule_count = [](const std::string& text) {
    std::size_t count = 0;
    for (auto at = text.find("-A "); at != std::string::npos; at = text.find("-A ", at + 1))
      ++count;
    return count;
  };
  CHECK(rule_count(fits) == 1);
  rules.rules[0].ports.push_back({101, 101});  // 16
  CHECK(rule_count(written(rules, "iptables")) == 2);
  CHECK(holds(written(rules, "iptables"), "--dports 10:11,20:21"));
}

TEST_CASE("AWS lists split at 1,000 entries, and parts stay as they are") {
  RuleSet rules = small_rules();
  rules.rules.resize(1);
  const auto with = [&](std::uint32_t count) {
    rules.rules[0].prefixes.clear();
    for (std::uint32_t i = 0; i < count; ++i) {
      rules.rules[0].prefixes.emplace_back(Address::from_v4(0xc6120000U + i), 32);
    }
    const std::string text = written(rules, "aws-prefix-list");
    std::size_t lists = 0;
    for (auto at = text.find("PrefixListName"); at != std::string::npos;
         at = text.find("PrefixListName", at + 1)) {
      ++lists;
    }
    return lists;
  };
  CHECK(with(999) == 1);
  CHECK(with(1'000) == 1);
  CHECK(with(1'001) == 2);
  // One more prefix changes one part only.
  std::vector<Prefix> prefixes = rules.rules[0].prefixes;
  const auto before = writers::stable_parts(prefixes, 1'000);
  prefixes.emplace_back(Address::from_v4(0xc6130000U), 32);
  const auto after = writers::stable_parts(prefixes, 1'000);
  REQUIRE(before.size() == after.size());
  std::size_t changed = 0;
  for (std::size_t i = 0; i < before.size(); ++i) changed += before[i] == after[i] ? 0 : 1;
  CHECK(changed == 1);
}

TEST_CASE("hosts go to proxies, matched whole") {
  const std::string squid = written(small_rules(), "squid");
  CHECK(holds(squid, "acl azure_443_hosts dstdomain .anaconda.com\n"));
  CHECK(!holds(squid, "dstdomain anaconda.com\n"));  // held by the one above
  CHECK(holds(squid, "acl azure_443_hosts dstdomain mcr.microsoft.com\n"));
  CHECK(holds(squid, "only /a/*"));
  const std::string haproxy = written(small_rules(), "haproxy");
  CHECK(holds(haproxy, "^([^.]+\\.)+anaconda\\.com$ azure:443\n"));
  CHECK(holds(haproxy, "^mcr\\.microsoft\\.com$ azure:443\n"));
  RuleSet with_udp = small_rules();
  with_udp.hosts[0].protocol = Protocol::udp;
  for (const char* format : {"squid", "haproxy"}) {
    CHECK(
        holds(written(with_udp, format), "# Hosts over UDP, not here since proxies take TCP: 1\n"));
    CHECK(!holds(written(small_rules(), format), "over UDP"));
  }
  const std::string cilium = written(small_rules(), "cilium");
  CHECK(holds(cilium, "matchPattern: \"*.anaconda.com\""));
  CHECK(holds(cilium, "matchName: \"mcr.microsoft.com\""));
}

TEST_CASE("names and formats that are not known are refused with what there is") {
  CHECK(write_rules(small_rules(), "iptable").error().message.find("iptables") !=
        std::string::npos);
  for (const char* name : {"", "1a", "a b", "a;b", "averylongname1", "a_b", "-a"}) {
    CHECK_MESSAGE(!write_rules(small_rules(), "json", {.name = name}).has_value(), name);
  }
}

TEST_CASE("stable names are short, safe, and different for different rules") {
  Rule rule = small_rules().rules[1];
  CHECK(writers::stable_name({}, rule, "-v4", 128) == "azure-out-storage-westus-tcp-80-443-v4");
  rule.tag = std::string(60, 'a');
  const std::string one = writers::stable_name({}, rule, "-4", 31);
  rule.tag.back() = 'b';
  const std::string other = writers::stable_name({}, rule, "-4", 31);
  CHECK(one.size() <= 31);
  CHECK(one != other);
  CHECK(one.ends_with("-4"));
}
