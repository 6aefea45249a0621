// Cisco ASA: an object group for each rule and access lists that permit it.
// Source: ASA 9.16 command reference, object-group and access-list extended.
// Tested by: tests/unit/export_test.cpp
#include "export/writer.hpp"

namespace servicetags::writers {
namespace {

constexpr std::size_t kMaxName = 64;
constexpr std::size_t kMaxRemark = 100;

/// IPv4 as address and mask, IPv6 with its length.
std::string object_line(const Prefix& prefix) {
  const std::string network = to_string(prefix.network());
  if (prefix.family() == Family::v6) return " network-object " + to_string(prefix) + "\n";
  if (prefix.length() == 32) return " network-object host " + network + "\n";
  const Address mask = Prefix(Address::from_v4(0xffff'ffffU), prefix.length()).network();
  return " network-object " + network + " " + to_string(mask) + "\n";
}

std::string permit_lines(const WriteOptions& options, const std::string& group, const Rule& rule) {
  const bool in = rule.direction == Direction::inbound;
  const std::string list = options.name + (in ? "-inbound" : "-outbound");
  std::string text =
      "access-list " + list + " remark " + comment_text(describe(rule), kMaxRemark) + "\n";
  for (const Protocol protocol : {Protocol::tcp, Protocol::udp}) {
    if (rule.protocol != Protocol::any && rule.protocol != protocol) continue;
    for (const PortRange& ports : rule.ports) {
      const std::string port = ports.first == ports.last ? " eq " + std::to_string(ports.first)
                                                         : " range " + std::to_string(ports.first) +
                                                               " " + std::to_string(ports.last);
      const std::string sides =
          in ? " object-group " + group + " any" : " any object-group " + group;
      text += "access-list " + list + " extended permit " + std::string(to_string(protocol)) +
              sides + port + "\n";
    }
  }
  return text;
}

}  // namespace

Result<std::string> write_cisco_asa(const RuleSet& rules, const WriteOptions& options) {
  std::string groups;
  std::string lists;
  for (const std::string& line : provenance(rules, false)) groups += "! " + line + "\n";
  for (const Rule* rule : open_rules(rules)) {
    const std::string name = stable_name(options, *rule, "", kMaxName);
    groups += "object-group network " + name + "\n description " +
              comment_text(describe(*rule), kMaxRemark) + "\n";
    for (const Prefix& prefix : rule->prefixes) groups += object_line(prefix);
    lists += permit_lines(options, name, *rule);
  }
  return groups + "!\n" + lists;
}

}  // namespace servicetags::writers
