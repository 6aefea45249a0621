// nftables: one table, a set for each rule and family, and a chain for each direction.
// Source: nft(8) 1.0.6; limits as that version enforces them.
// Tested by: tests/unit/export_test.cpp, tests/integration/test_firewalls.py
#include "export/writer.hpp"

namespace servicetags::writers {
namespace {

constexpr std::size_t kMaxName = 128;     // nft takes 255; shorter ones can be read
constexpr std::size_t kMaxComment = 128;  // bytes

std::string set_text(const std::string& name, const Rule& rule, Family family) {
  std::string text = "  set " + name + " {\n    type " +
                     (family == Family::v4 ? "ipv4_addr" : "ipv6_addr") +
                     "\n    flags interval\n    auto-merge\n    comment \"" +
                     comment_text(describe(rule), kMaxComment) + "\"\n    elements = {\n";
  const std::vector<Prefix> prefixes = prefixes_of(rule, family);
  for (std::size_t i = 0; i < prefixes.size(); ++i) {
    text += "      " + to_string(prefixes[i]) + (i + 1 == prefixes.size() ? "\n" : ",\n");
  }
  return text + "    }\n  }\n";
}

std::string match_text(const std::string& name, const Rule& rule, Family family) {
  const std::string address = std::string(family == Family::v4 ? "ip " : "ip6 ") +
                              (rule.direction == Direction::inbound ? "saddr" : "daddr");
  const std::string ports = "{ " + ports_text(rule.ports, ", ") + " }";
  const std::string protocol = rule.protocol == Protocol::any
                                   ? "meta l4proto { tcp, udp } th dport " + ports
                                   : std::string(to_string(rule.protocol)) + " dport " + ports;
  return "    " + address + " @" + name + " " + protocol + " accept\n";
}

}  // namespace

Result<std::string> write_nftables(const RuleSet& rules, const WriteOptions& options) {
  std::string text = "#!/usr/sbin/nft -f\n";
  for (const std::string& line : provenance(rules, false)) text += "# " + line + "\n";
  text += "# The chains only accept: jump to them from your own, and drop there what they leave:\n";
  text += "#   nft add rule inet filter output jump outbound   (in this table)\n";
  const std::string table = "table inet " + options.name;
  // Loaded again, the file replaces what it loaded before, as one transaction.
  text += "\n" + table + "\ndelete " + table + "\n" + table + " {\n";
  std::string chains[2];
  for (const Rule* rule : open_rules(rules)) {
    for (const Family family : {Family::v4, Family::v6}) {
      if (prefixes_of(*rule, family).empty()) continue;
      const std::string name =
          stable_name(options, *rule, family == Family::v4 ? "-v4" : "-v6", kMaxName);
      text += set_text(name, *rule, family);
      chains[rule->direction == Direction::inbound ? 0 : 1] += match_text(name, *rule, family);
    }
  }
  text += "  chain inbound {\n" + chains[0] + "  }\n";
  text += "  chain outbound {\n" + chains[1] + "  }\n}\n";
  return text;
}

}  // namespace servicetags::writers
