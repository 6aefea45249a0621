// Windows Defender Firewall, as a PowerShell script of New-NetFirewallRule.
// Source: learn.microsoft.com/powershell/module/netsecurity/new-netfirewallrule (2024).
// Tested by: tests/unit/export_test.cpp
#include "export/writer.hpp"

namespace servicetags::writers {
namespace {

constexpr std::size_t kMaxAddresses = 1'000;  // of a rule: what a policy takes is not documented

std::string command(const WriteOptions& options, const std::string& name, const Rule& rule,
                    Protocol protocol, const std::vector<Prefix>& prefixes) {
  const bool in = rule.direction == Direction::inbound;
  std::string text = "New-NetFirewallRule -Name '" + name + "-" + std::string(to_string(protocol)) +
                     "' -DisplayName '" + name + "' -Group '" + options.name +
                     "' `\n  -Description '" + comment_text(describe(rule), 255) +
                     "' `\n  -Direction " + (in ? "Inbound" : "Outbound") +
                     " -Action Allow -Protocol " + (protocol == Protocol::tcp ? "TCP" : "UDP") +
                     (in ? " -LocalPort " : " -RemotePort ") + ports_text(rule.ports) +
                     " `\n  -RemoteAddress @(\n";
  for (std::size_t i = 0; i < prefixes.size(); ++i) {
    text += "    '" + to_string(prefixes[i]) + (i + 1 == prefixes.size() ? "'\n" : "',\n");
  }
  return text + "  )\n";
}

}  // namespace

Result<std::string> write_windows(const RuleSet& rules, const WriteOptions& options) {
  std::string text;
  for (const std::string& line : provenance(rules, false)) text += "# " + line + "\n";
  text += "$ErrorActionPreference = 'Stop'\n";
  text += "Remove-NetFirewallRule -Group '" + options.name + "' -ErrorAction SilentlyContinue\n";
  for (const Rule* rule : open_rules(rules)) {
    std::size_t number = 0;
    for (const std::vector<Prefix>& part : stable_parts(rule->prefixes, kMaxAddresses)) {
      if (part.empty()) continue;
      const std::string name = stable_name(options, *rule, "-" + std::to_string(++number), 200);
      for (const Protocol protocol : {Protocol::tcp, Protocol::udp}) {
        if (rule->protocol != Protocol::any && rule->protocol != protocol) continue;
        text += command(options, name, *rule, protocol, part);
      }
    }
  }
  return text;
}

}  // namespace servicetags::writers
