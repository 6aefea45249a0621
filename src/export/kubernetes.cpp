// Kubernetes NetworkPolicy, and Cilium's CIDR groups and policy, as YAML.
// Source: networking.k8s.io/v1; cilium.io/v2alpha1 CiliumCIDRGroup, v2 policy (1.15).
// Tested by: tests/unit/export_test.cpp
#include <algorithm>

#include "export/writer.hpp"
#include "support/ascii.hpp"

namespace servicetags::writers {
namespace {

constexpr std::size_t kMaxName = 63;   // a DNS label
constexpr std::size_t kMaxPorts = 40;  // of one list of Cilium's

std::string upper(Protocol protocol) { return protocol == Protocol::tcp ? "TCP" : "UDP"; }

std::vector<Protocol> protocols_of(Protocol protocol) {
  if (protocol == Protocol::any) return {Protocol::tcp, Protocol::udp};
  return {protocol};
}

std::string header(const RuleSet& rules, bool holds_hosts) {
  std::string text;
  for (const std::string& line : provenance(rules, holds_hosts)) text += "# " + line + "\n";
  return text;
}

std::string ingress_or_egress(Direction direction) {
  return direction == Direction::inbound ? "ingress" : "egress";
}

/// "azure-azure-machine-learning-egress", within a DNS label.
std::string policy_name(const WriteOptions& options, const RuleSet& rules,
                        std::string_view suffix) {
  std::string name = options.name + "-" + rules.profile;
  for (char& c : name) c = c == '_' ? '-' : ascii::to_lower(c);
  name.resize(std::min(name.size(), kMaxName - suffix.size() - 1));
  return name + "-" + std::string(suffix);
}

std::string kubernetes_rule(const Rule& rule) {
  std::string text = "    # " + comment_text(describe(rule), 200) + "\n    - ";
  text += rule.direction == Direction::inbound ? "from:\n" : "to:\n";
  for (const Prefix& prefix : rule.prefixes) {
    text += "        - ipBlock: {cidr: \"" + to_string(prefix) + "\"}\n";
  }
  text += "      ports:\n";
  for (const Protocol protocol : protocols_of(rule.protocol)) {
    for (const PortRange& ports : rule.ports) {
      text += "        - {protocol: " + upper(protocol) + ", port: " + std::to_string(ports.first);
      if (ports.last != ports.first) text += ", endPort: " + std::to_string(ports.last);
      text += "}\n";
    }
  }
  return text;
}

std::string kubernetes_policy(const RuleSet& rules, const WriteOptions& options,
                              Direction direction) {
  std::string items;
  for (const Rule* rule : open_rules(rules)) {
    if (rule->direction == direction) items += kubernetes_rule(*rule);
  }
  if (items.empty()) return {};
  const std::string key = ingress_or_egress(direction);
  const std::string type = direction == Direction::inbound ? "Ingress" : "Egress";
  return "---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata:\n  name: " +
         policy_name(options, rules, key) + "\nspec:\n  podSelector: {}\n  policyTypes: [" + type +
         "]\n  " + key + ":\n" + items;
}

std::string cilium_ports(const std::vector<PortRange>& ranges, Protocol protocol) {
  std::string text = "      toPorts:\n";
  std::size_t count = 0;
  for (const Protocol each : protocols_of(protocol)) {
    for (const PortRange& ports : ranges) {
      if (count++ % kMaxPorts == 0) text += "        - ports:\n";
      text += "            - {port: \"" + std::to_string(ports.first) + "\"";
      if (ports.last != ports.first) text += ", endPort: " + std::to_string(ports.last);
      text += ", protocol: " + upper(each) + "}\n";
    }
  }
  return text;
}

std::string cilium_group(const std::string& name, const Rule& rule) {
  std::string text =
      "---\napiVersion: cilium.io/v2alpha1\nkind: CiliumCIDRGroup\nmetadata:\n  name: " + name +
      "\nspec:\n  externalCIDRs:\n";
  for (const Prefix& prefix : rule.prefixes) text += "    - \"" + to_string(prefix) + "\"\n";
  return text;
}

std::string cilium_rule(const std::string& group, const Rule& rule) {
  const std::string key = rule.direction == Direction::inbound ? "fromCIDRSet" : "toCIDRSet";
  return "    # " + comment_text(describe(rule), 200) + "\n    - " + key +
         ":\n        - cidrGroupRef: " + group + "\n" + cilium_ports(rule.ports, rule.protocol);
}

std::string cilium_host(const HostRule& rule) {
  const bool pattern = rule.host.find('*') != std::string::npos;
  return "    # " + comment_text(rule.purpose, 200) + "\n    - toFQDNs:\n        - {" +
         (pattern ? "matchPattern" : "matchName") + ": \"" + rule.host + "\"}\n" +
         cilium_ports(rule.ports, rule.protocol);
}

}  // namespace

Result<std::string> write_kubernetes(const RuleSet& rules, const WriteOptions& options) {
  return header(rules, false) + kubernetes_policy(rules, options, Direction::inbound) +
         kubernetes_policy(rules, options, Direction::outbound);
}

Result<std::string> write_cilium(const RuleSet& rules, const WriteOptions& options) {
  std::string groups;
  std::string sections[2];
  for (const Rule* rule : open_rules(rules)) {
    const std::string name = stable_name(options, *rule, "", kMaxName);
    groups += cilium_group(name, *rule);
    sections[rule->direction == Direction::inbound ? 0 : 1] += cilium_rule(name, *rule);
  }
  for (const HostRule& rule : rules.hosts) {
    if (rule.direction == Direction::outbound) sections[1] += cilium_host(rule);
  }
  std::string policy =
      "---\napiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata:\n  name: " +
      policy_name(options, rules, "access") + "\nspec:\n  endpointSelector: {}\n";
  if (!sections[0].empty()) policy += "  ingress:\n" + sections[0];
  if (!sections[1].empty()) policy += "  egress:\n" + sections[1];
  return header(rules, true) + groups + policy;
}

}  // namespace servicetags::writers
