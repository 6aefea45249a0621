// Host names for proxies: Squid access lists, a HAProxy map.
// Source: Squid 5.7 configuration reference, acl dstdomain and url_regex; HAProxy 2.6
// configuration manual, map_reg.
// Tested by: tests/unit/export_test.cpp, tests/integration/test_firewalls.py
#include <algorithm>
#include <map>
#include <set>

#include "export/writer.hpp"
#include "support/ascii.hpp"

namespace servicetags::writers {
namespace {

constexpr std::size_t kMaxSquidName = 63;

/// A '*' within a name is any part of a label.
std::string escaped_for_regex(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '.') out += '\\';
    out += c == '*' ? std::string("[^.]*") : std::string(1, c);
  }
  return out;
}

std::vector<std::string> origin_of(const RuleSet& rules) {
  std::vector<std::string> origin = provenance(rules, true);
  const auto left_out =
      std::count_if(rules.hosts.begin(), rules.hosts.end(),
                    [](const HostRule& rule) { return rule.protocol == Protocol::udp; });
  if (left_out > 0) {
    origin.push_back("Hosts over UDP, not here since proxies take TCP: " +
                     std::to_string(left_out));
  }
  return origin;
}

/// Just this host, or for "*.name" every name below it; not what merely ends like it.
std::string regex_of(const std::string& host) {
  if (host.starts_with("*.")) return "^([^.]+\\.)+" + escaped_for_regex(host.substr(2)) + "$";
  return "^" + escaped_for_regex(host) + "$";
}

/// What Squid compares a name with: ".name" is the name and all below it. A name already
/// held by another's ".parent" would only make it warn.
std::set<std::string> squid_names(const std::vector<const HostRule*>& rules) {
  std::set<std::string> names;
  for (const HostRule* rule : rules) {
    names.insert(rule->host.starts_with("*.") ? rule->host.substr(1) : rule->host);
  }
  std::set<std::string> kept;
  for (const std::string& name : names) {
    bool held = false;
    for (auto dot = name.find('.', name.front() == '.' ? 1 : 0); dot != std::string::npos;
         dot = name.find('.', dot + 1)) {
      held = held || names.contains(name.substr(dot));
    }
    if (!held && !(name.front() != '.' && names.contains("." + name))) kept.insert(name);
  }
  return kept;
}

}  // namespace

Result<std::string> write_squid(const RuleSet& rules, const WriteOptions& options) {
  std::string text;
  for (const std::string& line : origin_of(rules)) text += "# " + line + "\n";
  text += "# A name with a leading dot holds the name itself as well, as Squid has it.\n";
  // Hosts with the same ports share their lists.
  std::map<std::string, std::vector<const HostRule*>> by_ports;
  for (const HostRule& rule : rules.hosts) {
    if (rule.protocol == Protocol::udp) continue;
    if (rule.host.find('*', rule.host.starts_with("*.") ? 1 : 0) != std::string::npos) {
      return not_expressible("Squid has no pattern for " + ascii::quoted(rule.host) +
                             "; give the parameter in this host a value");
    }
    by_ports[ports_text(rule.ports, " ")].push_back(&rule);
  }
  for (const auto& [ports, group] : by_ports) {
    std::string name = options.name + "_" + ports;
    std::replace_if(
        name.begin(), name.end(), [](char c) { return c == ' ' || c == '-'; }, '_');
    name = short_name(name, kMaxSquidName - std::string_view("_hosts").size());
    for (const std::string& host : squid_names(group)) {
      text += "acl " + name + "_hosts dstdomain " + host + "\n";
    }
    text += "acl " + name + "_ports port " + ports + "\n";
    text += "http_access allow " + name + "_hosts " + name + "_ports\n";
  }
  for (const HostRule& rule : rules.hosts) {
    if (!rule.path.empty()) {
      text += "# Needed of " + rule.host + ": only " + comment_text(rule.path, 300) +
              " (needs TLS inspection to enforce)\n";
    }
  }
  return text;
}

Result<std::string> write_haproxy(const RuleSet& rules, const WriteOptions& options) {
  std::string text;
  for (const std::string& line : origin_of(rules)) text += "# " + line + "\n";
  text += "# For map_reg(file): a host to the ports that it may be reached on.\n";
  std::map<std::string, std::set<std::string>> ports_of;
  for (const HostRule& rule : rules.hosts) {
    if (rule.protocol == Protocol::udp) continue;
    for (const PortRange& range : rule.ports) ports_of[rule.host].insert(to_string(range));
  }
  for (const auto& [host, ports] : ports_of) {
    std::string list;
    for (const std::string& range : ports) list += (list.empty() ? "" : ",") + range;
    text += regex_of(host) + " " + options.name + ":" + list + "\n";
  }
  return text;
}

}  // namespace servicetags::writers
