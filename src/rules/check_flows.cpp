// Tested by: tests/unit/check_flows_test.cpp
#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

#include "servicetags/check.hpp"

namespace servicetags {
namespace {

const PrefixSet& private_addresses() {
  static const PrefixSet kPrivate = [] {
    std::vector<Prefix> prefixes;
    for (const char* text :
         {"10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
          "192.168.0.0/16", "::1/128", "fc00::/7", "fe80::/10"}) {
      prefixes.push_back(parse_prefix(text).value());
    }
    return PrefixSet(prefixes);
  }();
  return kPrivate;
}

auto order_of(const LoggedFlow& flow) {
  return std::tuple(flow.direction, flow.remote, flow.port, flow.protocol, flow.denied);
}

/// Rules with their prefixes ready to be asked for addresses.
class Rules {
 public:
  explicit Rules(const RuleSet& rules) : rules_(rules) {
    sets_.reserve(rules.rules.size());
    for (const Rule& rule : rules.rules) sets_.emplace_back(rule.prefixes);
  }

  [[nodiscard]] std::vector<std::size_t> asking_for(const LoggedFlow& flow) const {
    std::vector<std::size_t> found;
    for (std::size_t i = 0; i < sets_.size(); ++i) {
      if (fits(rules_.rules[i], flow) && sets_[i].contains(flow.remote)) found.push_back(i);
    }
    return found;
  }

 private:
  static bool fits(const Rule& rule, const LoggedFlow& flow) {
    if (rule.direction != flow.direction) return false;
    if (rule.protocol != Protocol::any && rule.protocol != flow.protocol) return false;
    return std::any_of(rule.ports.begin(), rule.ports.end(), [&](const PortRange& ports) {
      return ports.first <= flow.port && flow.port <= ports.last;
    });
  }

  const RuleSet& rules_;
  std::vector<PrefixSet> sets_;  // of each rule
};

FlowKind kind_of(const FlowFinding& finding) {
  if (!finding.rules.empty()) {
    return finding.flow.denied ? FlowKind::blocked : FlowKind::explained;
  }
  if (private_addresses().contains(finding.flow.remote)) return FlowKind::internal;
  return finding.flow.denied ? FlowKind::denied : FlowKind::unexplained;
}

}  // namespace

std::string_view to_string(FlowKind kind) noexcept {
  switch (kind) {
    case FlowKind::explained: return "explained";
    case FlowKind::blocked: return "blocked";
    case FlowKind::unexplained: return "unexplained";
    case FlowKind::denied: return "denied";
    case FlowKind::internal: return "internal";
  }
  return "";
}

std::vector<FlowFinding> check_flows(const RuleSet& rules, const FlowLog& log) {
  std::vector<LoggedFlow> flows = log.flows;
  for (LoggedFlow& flow : flows) flow.remote = flow.remote.unmapped();
  std::sort(flows.begin(), flows.end(),
            [](const LoggedFlow& a, const LoggedFlow& b) { return order_of(a) < order_of(b); });
  const Rules asked(rules);
  std::vector<FlowFinding> findings;
  for (const LoggedFlow& flow : flows) {
    if (findings.empty() || findings.back().flow != flow) {
      FlowFinding finding{FlowKind::internal, flow, 0, asked.asking_for(flow)};
      finding.kind = kind_of(finding);
      findings.push_back(std::move(finding));
    }
    ++findings.back().entries;
  }
  std::stable_sort(findings.begin(), findings.end(),
                   [](const FlowFinding& a, const FlowFinding& b) { return a.kind < b.kind; });
  return findings;
}

}  // namespace servicetags
