// Tested by: tests/unit/export_hostile_test.cpp
#include <algorithm>

#include "export/writer.hpp"
#include "rules/names.hpp"
#include "support/ascii.hpp"

namespace servicetags::writers {
namespace {

Error refused(std::string_view what, std::string_view text, std::string_view expected) {
  return {Errc::invalid_argument,
          std::string(what) + " is " + ascii::quoted(text) + ", expected " + std::string(expected),
          {},
          {}};
}

/// A host whose parameters without a value have become '*'.
bool is_host(std::string host) {
  std::replace(host.begin(), host.end(), '*', 'x');
  return rules::is_host_pattern(host, false);
}

template <typename AnyRule>
Result<void> check_ports(const AnyRule& rule, std::string_view of) {
  for (const PortRange& ports : rule.ports) {
    if (ports.first >= 1 && ports.first <= ports.last) continue;
    return refused("a port range of " + std::string(of), to_string(ports),
                   "1 to 65535, the lower first");
  }
  if (!rule.ports.empty()) return {};
  return Error{Errc::invalid_argument, std::string(of) + " has no ports", {}, {}};
}

Result<void> check_rule(const Rule& rule) {
  constexpr std::string_view kTag = "letters, digits, '.', '_' and '-', at most 128";
  if (!rule.requested.empty() && !rules::is_tag_name(rule.requested)) {
    return refused("a requested tag", rule.requested, kTag);
  }
  if ((!rule.tag.empty() || rule.has_prefixes()) && !rules::is_tag_name(rule.tag)) {
    return refused("a rule's tag", rule.tag, kTag);
  }
  return check_ports(rule, rule.tag.empty() ? "a rule" : rule.tag);
}

Result<void> check_host(const HostRule& rule) {
  if (!is_host(rule.host)) {
    return refused("a host", rule.host, "a name such as 'example.com' or '*.example.com'");
  }
  if (!rule.path.empty() && !rules::is_path(rule.path)) {
    return refused("the path of " + rule.host, rule.path, "a path such as '/a/b/*'");
  }
  return check_ports(rule, rule.host);
}

}  // namespace

Result<void> check_rules(const RuleSet& rules) {
  if (!rules::is_word(rules.profile)) {
    return refused("the profile", rules.profile,
                   "a lower case letter, then letters, digits, '-' and '_', at most 63");
  }
  for (const Rule& rule : rules.rules) {
    if (auto checked = check_rule(rule); !checked) return checked;
  }
  for (const HostRule& rule : rules.hosts) {
    if (auto checked = check_host(rule); !checked) return checked;
  }
  return {};
}

}  // namespace servicetags::writers
