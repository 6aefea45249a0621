#include "servicetags/check.hpp"

#include <doctest/doctest.h>

#include <random>
#include <set>
#include <tuple>

#include "support/make_snapshot.hpp"

using namespace servicetags;
using servicetags::testing::address;
using servicetags::testing::prefix;

namespace {

Rule make_rule(Direction direction, Protocol protocol, std::vector<PortRange> ports,
               std::vector<Prefix> prefixes, std::string requested = "A") {
  Rule rule;
  rule.direction = direction;
  rule.protocol = protocol;
  rule.ports = std::move(ports);
  rule.requested = std::move(requested);
  rule.prefixes = std::move(prefixes);
  return rule;
}

RuleSet one_rule() {
  RuleSet rules;
  rules.rules = {make_rule(Direction::outbound, Protocol::tcp, {{80, 80}, {443, 445}},
                           {prefix("192.0.2.0/24")})};
  return rules;
}

CheckReport checked(const RuleSet& rules, const char* allowed) {
  return check(rules, parse_allow_list(allowed).value());
}

using Gone = std::set<std::tuple<std::size_t, Protocol, unsigned, std::uint32_t>>;

/// The slow twin: each address, port and protocol asked for itself.
Gone find_gaps_slowly(const RuleSet& rules, const AllowList& allowed) {
  Gone gone;
  for (std::size_t i = 0; i < rules.rules.size(); ++i) {
    const Rule& rule = rules.rules[i];
    for (const Protocol protocol : {Protocol::tcp, Protocol::udp}) {
      if (rule.protocol != Protocol::any && rule.protocol != protocol) continue;
      for (const PortRange& ports : rule.ports) {
        for (unsigned port = ports.first; port <= ports.last; ++port) {
          for (const Prefix& block : rule.prefixes) {
            for (std::uint32_t a = block.first().v4(); a <= block.last().v4(); ++a) {
              bool open = false;
              for (const AllowEntry& entry : allowed.entries) {
                bool on_port = entry.ports.empty();
                for (const PortRange& own : entry.ports) {
                  on_port = on_port || (own.first <= port && port <= own.last);
                }
                open =
                    open || (on_port && (!entry.direction || *entry.direction == rule.direction) &&
                             (entry.protocol == Protocol::any || entry.protocol == protocol) &&
                             entry.addresses.first.v4() <= a && a <= entry.addresses.last.v4());
              }
              if (!open) gone.insert({i, protocol, port, a});
            }
          }
        }
      }
    }
  }
  return gone;
}

Gone spread(const CheckReport& report) {
  Gone gone;
  for (const Gap& gap : report.gaps) {
    for (const PortRange& ports : gap.ports) {
      for (unsigned port = ports.first; port <= ports.last; ++port) {
        for (const Prefix& block : gap.missing.prefixes()) {
          for (std::uint32_t a = block.first().v4(); a <= block.last().v4(); ++a) {
            gone.insert({gap.rule, gap.protocol, port, a});
          }
        }
      }
    }
  }
  return gone;
}

}  // namespace

TEST_CASE("an allow-list that lets everything through has no gaps") {
  CHECK(checked(one_rule(), "0.0.0.0/0").is_complete());
  CHECK(
      checked(one_rule(), "192.0.2.0/25 tcp 80,443-445\n192.0.2.128/25 tcp 1-65535").is_complete());
  CHECK(checked(one_rule(), "0.0.0.0/0").rules_checked == 1);
}

TEST_CASE("gaps are told by ports, protocol and addresses") {
  const CheckReport report =
      checked(one_rule(), "192.0.2.0/24 tcp 80\n192.0.2.0/25 tcp 444\n192.0.2.0/24 udp");
  REQUIRE(report.gaps.size() == 3);
  CHECK(report.gaps[0].ports == std::vector<PortRange>{{443, 443}});
  CHECK(report.gaps[0].missing == PrefixSet(std::vector{prefix("192.0.2.0/24")}));
  CHECK(report.gaps[1].ports == std::vector<PortRange>{{444, 444}});
  CHECK(report.gaps[1].missing == PrefixSet(std::vector{prefix("192.0.2.128/25")}));
  CHECK(report.gaps[2].ports == std::vector<PortRange>{{445, 445}});
  CHECK(report.gaps[0].protocol == Protocol::tcp);
}

TEST_CASE("ports with the same gap are told together") {
  const CheckReport report = checked(one_rule(), "198.18.0.0/24");
  REQUIRE(report.gaps.size() == 1);
  CHECK(report.gaps[0].ports == std::vector<PortRange>{{80, 80}, {443, 445}});
}

TEST_CASE("what no rule asks for is excess, by address") {
  const CheckReport report = checked(one_rule(), "192.0.2.0/24\n192.0.2.128-192.0.3.9");
  REQUIRE(report.excess.size() == 1);
  CHECK(report.excess[0].entry == 1);
  CHECK(to_string(report.excess[0].addresses.address_count()) == "10");
}

TEST_CASE("random lists have the gaps that asking one by one finds") {
  constexpr std::uint64_t kSeed = 7;
  std::mt19937_64 random(kSeed);
  const auto ports = [&] {
    const auto first = static_cast<std::uint16_t>(1 + random() % 6);
    return PortRange{first, static_cast<std::uint16_t>(first + random() % 3)};
  };
  const auto block = [&] {
    const auto length = static_cast<unsigned>(28 + random() % 5);
    return Prefix(Address::from_v4(0xc0000200U + static_cast<std::uint32_t>(random() % 16)),
                  length);
  };
  const auto protocol = [&] { return static_cast<Protocol>(random() % 3); };
  std::size_t with_gaps = 0;
  for (int round = 0; round < 2'000; ++round) {
    RuleSet rules;
    for (std::size_t n = 1 + random() % 3; n > 0; --n) {
      const auto direction = static_cast<Direction>(random() % 2);
      rules.rules.push_back(
          make_rule(direction, protocol(), {ports(), ports()}, {block(), block()}));
    }
    AllowList allowed;
    for (std::size_t n = random() % 6; n > 0; --n) {
      AllowEntry entry{AddressRange::of(block()), std::nullopt, protocol(), {}, ""};
      if (random() % 2 == 0) entry.direction = static_cast<Direction>(random() % 2);
      for (std::size_t p = random() % 3; p > 0; --p) entry.ports.push_back(ports());
      allowed.entries.push_back(entry);
    }
    const Gone expected = find_gaps_slowly(rules, allowed);
    with_gaps += expected.empty() ? 0 : 1;
    if (spread(check(rules, allowed)) != expected) {
      CHECK_MESSAGE(false, "seed ", kSeed, ", round ", round);
    }
  }
  CHECK(with_gaps > 1'000);
}

TEST_CASE("a flow serves the rules that let it through") {
  RuleSet rules = one_rule();
  rules.rules.push_back(
      make_rule(Direction::inbound, Protocol::any, {{444, 444}}, {prefix("192.0.2.0/28")}));
  using Places = std::vector<std::size_t>;
  CHECK(rules_for(rules, {address("192.0.2.1"), {}, {}, {}}) == Places{0, 1});
  CHECK(rules_for(rules, {address("192.0.2.1"), 443, {}, {}}) == Places{0});
  CHECK(rules_for(rules, {address("192.0.2.1"), 444, Protocol::udp, {}}) == Places{1});
  CHECK(rules_for(rules, {address("192.0.2.1"), 444, {}, Direction::outbound}) == Places{0});
  CHECK(rules_for(rules, {address("192.0.2.99"), 444, {}, Direction::inbound}).empty());
  CHECK(rules_for(rules, {address("192.0.3.1"), {}, {}, {}}).empty());
}

TEST_CASE("a flow is read from an address with or without a port") {
  const auto read = [](std::string_view text) {
    const auto flow = parse_flow(text);
    if (!flow) return std::string(to_string(flow.error().code));
    return to_string(flow->remote) + (flow->port ? " " + std::to_string(*flow->port) : "");
  };
  CHECK(read("192.0.2.1") == "192.0.2.1");
  CHECK(read("192.0.2.1:443") == "192.0.2.1 443");
  CHECK(read("2001:db8::1") == "2001:db8::1");
  CHECK(read("[2001:db8::1]") == "2001:db8::1");
  CHECK(read("[2001:db8::1]:443") == "2001:db8::1 443");
  for (const char* const port : {":", ":0", ":65536", ":1-2", ":https"}) {
    CHECK_MESSAGE(read("192.0.2.1" + std::string(port)) == "invalid_argument", port);
    CHECK_MESSAGE(read("[2001:db8::1]" + std::string(port)) == "invalid_argument", port);
  }
  CHECK(read("[2001:db8::1]443") == "invalid_argument");
  for (const char* const wrong : {"", "[", "[]", "[2001:db8::1", ":443", "[]:443", "192.0.2:443"}) {
    CHECK_MESSAGE(read(wrong) == "invalid_address", wrong);
  }
}

TEST_CASE("two rule sets differ by addresses to add and to remove") {
  RuleSet before = one_rule();
  before.rules.push_back(
      make_rule(Direction::inbound, Protocol::tcp, {{1, 1}}, {prefix("198.18.0.0/24")}, "Gone"));
  RuleSet after = one_rule();
  after.rules[0].prefixes = {prefix("192.0.2.0/25"), prefix("203.0.113.0/24")};
  after.rules.push_back(
      make_rule(Direction::inbound, Protocol::tcp, {{2, 2}}, {prefix("198.18.9.0/24")}, "Fresh"));
  const auto changes = diff_rules(before, after);
  REQUIRE(changes.size() == 3);
  CHECK(changes[0].added == PrefixSet(std::vector{prefix("203.0.113.0/24")}));
  CHECK(changes[0].removed == PrefixSet(std::vector{prefix("192.0.2.128/25")}));
  CHECK(changes[1].rule.requested == "Fresh");
  CHECK(changes[1].removed.empty());
  CHECK(changes[2].rule.requested == "Gone");
  CHECK(changes[2].added.empty());
  // The same addresses in other prefixes are no change.
  RuleSet split = one_rule();
  split.rules[0].prefixes = {prefix("192.0.2.0/25"), prefix("192.0.2.128/25")};
  CHECK(diff_rules(one_rule(), split).empty());
}
