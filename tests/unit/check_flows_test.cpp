#include <doctest/doctest.h>

#include <map>
#include <random>
#include <tuple>

#include "servicetags/check.hpp"
#include "support/make_snapshot.hpp"

using namespace servicetags;
using servicetags::testing::address;
using servicetags::testing::prefix;

namespace {

Rule make_rule(Direction direction, Protocol protocol, std::vector<PortRange> ports,
               std::vector<Prefix> prefixes) {
  Rule rule;
  rule.direction = direction;
  rule.protocol = protocol;
  rule.ports = std::move(ports);
  rule.prefixes = std::move(prefixes);
  return rule;
}

RuleSet some_rules() {
  RuleSet rules;
  rules.rules = {
      make_rule(Direction::outbound, Protocol::tcp, {{443, 443}}, {prefix("192.0.2.0/24")}),
      make_rule(Direction::outbound, Protocol::any, {{1, 65535}}, {prefix("192.0.2.0/28")}),
      make_rule(Direction::inbound, Protocol::tcp, {{22, 22}, {80, 81}}, {prefix("10.9.0.0/16")})};
  return rules;
}

FlowLog log_of(std::vector<LoggedFlow> flows) {
  FlowLog log;
  log.flows = std::move(flows);
  return log;
}

}  // namespace

TEST_CASE("each flow is explained, blocked, unexplained, denied or internal") {
  const auto out = Direction::outbound;
  const auto tcp = Protocol::tcp;
  const std::vector<FlowFinding> findings = check_flows(
      some_rules(), log_of({{address("192.0.2.77"), out, tcp, 443, false},
                            {address("192.0.2.77"), out, tcp, 443, true},
                            {address("192.0.2.77"), out, tcp, 444, false},
                            {address("192.0.2.77"), out, tcp, 444, true},
                            {address("10.1.2.3"), out, tcp, 444, false},
                            {address("192.0.2.1"), out, tcp, 443, false},
                            {address("::ffff:192.0.2.77"), out, tcp, 443, false},
                            {address("10.9.0.1"), Direction::inbound, tcp, 81, false}}));
  REQUIRE(findings.size() == 7);
  const auto is = [&](std::size_t i, FlowKind kind, const char* remote, std::size_t entries,
                      std::vector<std::size_t> rules) {
    CAPTURE(i);
    CHECK(findings[i].kind == kind);
    CHECK(findings[i].flow.remote == address(remote));
    CHECK(findings[i].entries == entries);
    CHECK(findings[i].rules == rules);
  };
  is(0, FlowKind::explained, "10.9.0.1", 1, {2});  // rules come before what is private
  is(1, FlowKind::explained, "192.0.2.1", 1, {0, 1});
  is(2, FlowKind::explained, "192.0.2.77", 2, {0});  // IPv4-mapped is IPv4
  is(3, FlowKind::blocked, "192.0.2.77", 1, {0});
  is(4, FlowKind::unexplained, "192.0.2.77", 1, {});
  is(5, FlowKind::denied, "192.0.2.77", 1, {});
  is(6, FlowKind::internal, "10.1.2.3", 1, {});
}

TEST_CASE("private addresses are internal up to their edges") {
  std::size_t checked = 0;
  for (const auto& one :
       std::initializer_list<std::pair<const char*, bool>>{{"9.255.255.255", false},
                                                           {"10.0.0.0", true},
                                                           {"10.255.255.255", true},
                                                           {"11.0.0.0", false},
                                                           {"172.15.255.255", false},
                                                           {"172.16.0.0", true},
                                                           {"172.31.255.255", true},
                                                           {"172.32.0.0", false},
                                                           {"192.168.255.255", true},
                                                           {"192.169.0.0", false},
                                                           {"100.64.0.0", true},
                                                           {"100.128.0.0", false},
                                                           {"169.254.169.254", true},
                                                           {"168.63.129.16", false},
                                                           {"::1", true},
                                                           {"::2", false},
                                                           {"fc00::", true},
                                                           {"fe00::", false},
                                                           {"fe80::1", true},
                                                           {"fec0::", false}}) {
    const char* text = one.first;
    CAPTURE(text);
    const auto findings = check_flows(
        RuleSet(), log_of({{address(text), Direction::outbound, Protocol::tcp, 1, false}}));
    REQUIRE(findings.size() == 1);
    CHECK((findings[0].kind == FlowKind::internal) == one.second);
    ++checked;
  }
  CHECK(checked == 20);
}

TEST_CASE("an empty log has no findings") { CHECK(check_flows(some_rules(), FlowLog()).empty()); }

TEST_CASE("random logs agree with rules_for(), asked flow by flow") {
  std::mt19937 random(20261123);
  const RuleSet rules = some_rules();
  std::size_t asked = 0;
  for (int round = 0; round < 100; ++round) {
    FlowLog log;
    using Key = std::tuple<Address, Direction, Protocol, std::uint16_t, bool>;
    std::map<Key, std::size_t> entries;
    for (std::size_t n = random() % 300; n > 0; --n) {
      const std::uint32_t base = random() % 3 == 0 ? 0x0A090000U : 0xC0000200U;
      const std::uint16_t ports[] = {22, 80, 81, 82, 443};
      const LoggedFlow flow{Address::from_v4(base + static_cast<std::uint32_t>(random() % 40)),
                            random() % 2 == 0 ? Direction::inbound : Direction::outbound,
                            random() % 2 == 0 ? Protocol::tcp : Protocol::udp, ports[random() % 5],
                            random() % 2 == 0};
      log.flows.push_back(flow);
      ++entries[{flow.remote, flow.direction, flow.protocol, flow.port, flow.denied}];
    }
    const std::vector<FlowFinding> findings = check_flows(rules, log);
    CHECK(findings.size() == entries.size());
    for (const FlowFinding& finding : findings) {
      const LoggedFlow& flow = finding.flow;
      CHECK(finding.entries ==
            entries[{flow.remote, flow.direction, flow.protocol, flow.port, flow.denied}]);
      CHECK(finding.rules ==
            rules_for(rules, {flow.remote, flow.port, flow.protocol, flow.direction}));
      const bool asked_for = !finding.rules.empty();
      CHECK(asked_for ==
            (finding.kind == FlowKind::explained || finding.kind == FlowKind::blocked));
      ++asked;
    }
  }
  CHECK(asked > 5'000);
}
