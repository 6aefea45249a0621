// ipset sets, and iptables chains that match them.
// Source: ipset(8) 7.17, iptables-extensions(8) 1.8.9.
// Tested by: tests/unit/export_test.cpp, tests/integration/test_firewalls.py
#include <algorithm>

#include "export/writer.hpp"

namespace servicetags::writers {
namespace {

constexpr std::size_t kMaxName = 31;
constexpr std::size_t kMaxPorts = 15;  // of -m multiport; a range counts twice
constexpr std::size_t kMaxComment = 255;
constexpr std::string_view kFresh = "-f";  // a set's name while it is filled

std::string set_name(const WriteOptions& options, const Rule& rule, Family family) {
  return stable_name(options, rule, family == Family::v4 ? "-4" : "-6", kMaxName - kFresh.size());
}

/// hash:net takes no prefix of length 0: two of length 1 are the same.
std::vector<Prefix> without_zero(std::vector<Prefix> prefixes, Family family) {
  const auto is_zero = [](const Prefix& prefix) { return prefix.length() == 0; };
  if (std::none_of(prefixes.begin(), prefixes.end(), is_zero)) return prefixes;
  const Address upper = family == Family::v4 ? Address::from_v4(0x8000'0000U)
                                             : Address::from_v6(0x8000'0000'0000'0000U, 0);
  const Address lower = family == Family::v4 ? Address::from_v4(0) : Address::from_v6(0, 0);
  return {Prefix(lower, 1), Prefix(upper, 1)};
}

std::string set_lines(const std::string& name, const Rule& rule, Family family) {
  const std::vector<Prefix> prefixes = without_zero(prefixes_of(rule, family), family);
  const std::string kind = " hash:net family " +
                           std::string(family == Family::v4 ? "inet" : "inet6") + " maxelem " +
                           std::to_string(std::max<std::size_t>(65'536, prefixes.size()));
  const std::string fresh = name + std::string(kFresh);
  std::string text = "create " + name + kind + " -exist\n";
  text += "create " + fresh + kind + " -exist\nflush " + fresh + "\n";
  for (const Prefix& prefix : prefixes) text += "add " + fresh + " " + to_string(prefix) + "\n";
  return text + "swap " + fresh + " " + name + "\ndestroy " + fresh + "\n";
}

/// Ports in groups that one rule can hold.
std::vector<std::string> port_groups(const Rule& rule) {
  std::vector<std::string> groups;
  std::vector<PortRange> group;
  std::size_t used = 0;
  for (const PortRange& range : rule.ports) {
    const std::size_t size = range.first == range.last ? 1 : 2;
    if (used + size > kMaxPorts) {
      groups.push_back(ports_text(group, ",", ":"));
      group.clear();
      used = 0;
    }
    group.push_back(range);
    used += size;
  }
  groups.push_back(ports_text(group, ",", ":"));
  return groups;
}

std::string chain_name(const WriteOptions& options, Direction direction) {
  return options.name + (direction == Direction::inbound ? "-inbound" : "-outbound");
}

std::string rule_lines(const WriteOptions& options, const Rule& rule, Family family) {
  std::string text;
  const bool any = rule.protocol == Protocol::any;
  for (const Protocol protocol : {Protocol::tcp, Protocol::udp}) {
    if (!any && rule.protocol != protocol) continue;
    for (const std::string& ports : port_groups(rule)) {
      text += "-A " + chain_name(options, rule.direction) + " -p " +
              std::string(to_string(protocol)) + " -m set --match-set " +
              set_name(options, rule, family) +
              (rule.direction == Direction::inbound ? " src" : " dst") + " -m multiport --dports " +
              ports + " -m comment --comment \"" + comment_text(describe(rule), kMaxComment) +
              "\" -j ACCEPT\n";
    }
  }
  return text;
}

std::string write_chains(const RuleSet& rules, const WriteOptions& options, Family family) {
  std::string text;
  for (const std::string& line : provenance(rules, false)) text += "# " + line + "\n";
  text += "# Load with --noflush after the sets; jump to these chains from your own.\n*filter\n";
  for (const Direction direction : {Direction::inbound, Direction::outbound}) {
    text += ":" + chain_name(options, direction) + " - [0:0]\n";
  }
  for (const Rule* rule : open_rules(rules)) {
    if (!prefixes_of(*rule, family).empty()) text += rule_lines(options, *rule, family);
  }
  return text + "COMMIT\n";
}

}  // namespace

Result<std::string> write_ipset(const RuleSet& rules, const WriteOptions& options) {
  std::string text;
  for (const std::string& line : provenance(rules, false)) text += "# " + line + "\n";
  for (const Rule* rule : open_rules(rules)) {
    for (const Family family : {Family::v4, Family::v6}) {
      if (prefixes_of(*rule, family).empty()) continue;
      const std::string name = set_name(options, *rule, family);
      text += "# " + name + ": " + comment_text(describe(*rule), kMaxComment) + "\n";
      text += set_lines(name, *rule, family);
    }
  }
  return text;
}

Result<std::string> write_iptables(const RuleSet& rules, const WriteOptions& options) {
  return write_chains(rules, options, Family::v4);
}

Result<std::string> write_ip6tables(const RuleSet& rules, const WriteOptions& options) {
  return write_chains(rules, options, Family::v6);
}

}  // namespace servicetags::writers
