// Tested by: tests/unit/check_test.cpp
#include "servicetags/check.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace servicetags {
namespace {

bool overlaps(const PortRange& a, const PortRange& b) noexcept {
  return a.first <= b.last && b.first <= a.last;
}

bool serves(const AllowEntry& entry, Direction direction, Protocol protocol) noexcept {
  const bool same_way = !entry.direction || *entry.direction == direction;
  return same_way && (entry.protocol == Protocol::any || entry.protocol == protocol);
}

bool holds(const AllowEntry& entry, const PortRange& ports) noexcept {
  return entry.ports.empty() ||
         std::any_of(entry.ports.begin(), entry.ports.end(), [&](const PortRange& own) {
           return own.first <= ports.first && ports.last <= own.last;
         });
}

/// A rule's ports, cut wherever an entry's ports begin or end: each part is let through
/// by an entry as a whole or not at all.
std::vector<PortRange> parts_of(const PortRange& ports, const AllowList& allowed) {
  std::set<unsigned> starts{ports.first};
  for (const AllowEntry& entry : allowed.entries) {
    for (const PortRange& own : entry.ports) {
      if (!overlaps(own, ports)) continue;
      if (own.first > ports.first) starts.insert(own.first);
      if (own.last < ports.last) starts.insert(own.last + 1U);
    }
  }
  std::vector<PortRange> parts;
  for (auto start = starts.begin(); start != starts.end(); ++start) {
    const auto next = std::next(start);
    const unsigned last = next == starts.end() ? ports.last : *next - 1;
    parts.push_back({static_cast<std::uint16_t>(*start), static_cast<std::uint16_t>(last)});
  }
  return parts;
}

PrefixSet allowed_on(const AllowList& allowed, const Rule& rule, Protocol protocol,
                     const PortRange& ports) {
  std::vector<AddressRange> ranges;
  for (const AllowEntry& entry : allowed.entries) {
    if (serves(entry, rule.direction, protocol) && holds(entry, ports)) {
      ranges.push_back(entry.addresses);
    }
  }
  return PrefixSet(ranges);
}

/// Adds to the last gap when only the ports differ.
void add_gap(std::vector<Gap>& gaps, Gap gap) {
  if (!gaps.empty()) {
    Gap& last = gaps.back();
    if (last.rule == gap.rule && last.protocol == gap.protocol && last.missing == gap.missing) {
      PortRange& ports = last.ports.back();
      if (ports.last + 1 == gap.ports.front().first) {
        ports.last = gap.ports.front().last;
      } else {
        last.ports.push_back(gap.ports.front());
      }
      return;
    }
  }
  gaps.push_back(std::move(gap));
}

std::vector<Excess> find_excess(const RuleSet& rules, const AllowList& allowed) {
  std::vector<Prefix> required[2];
  for (const Rule& rule : rules.rules) {
    auto& list = required[rule.direction == Direction::inbound ? 0 : 1];
    list.insert(list.end(), rule.prefixes.begin(), rule.prefixes.end());
  }
  const PrefixSet inbound(required[0]);
  const PrefixSet outbound(required[1]);
  const PrefixSet either = unite(inbound, outbound);
  std::vector<Excess> excess;
  for (std::size_t i = 0; i < allowed.entries.size(); ++i) {
    const AllowEntry& entry = allowed.entries[i];
    const PrefixSet& asked = !entry.direction                         ? either
                             : *entry.direction == Direction::inbound ? inbound
                                                                      : outbound;
    PrefixSet beyond = subtract(PrefixSet(std::span(&entry.addresses, 1)), asked);
    if (!beyond.empty()) excess.push_back({i, std::move(beyond)});
  }
  return excess;
}

bool same_rule(const Rule& a, const Rule& b) noexcept {
  return a.direction == b.direction && a.protocol == b.protocol && a.ports == b.ports &&
         a.requested == b.requested;
}

RuleChange change_of(const Rule& rule, const std::vector<Prefix>& before,
                     const std::vector<Prefix>& after) {
  const PrefixSet old_set(before);
  const PrefixSet new_set(after);
  RuleChange change{rule, subtract(new_set, old_set), subtract(old_set, new_set)};
  change.rule.prefixes.clear();
  return change;
}

}  // namespace

CheckReport check(const RuleSet& rules, const AllowList& allowed) {
  CheckReport report;
  for (std::size_t i = 0; i < rules.rules.size(); ++i) {
    const Rule& rule = rules.rules[i];
    if (!rule.has_prefixes()) continue;
    ++report.rules_checked;
    const PrefixSet required(rule.prefixes);
    for (const Protocol protocol : {Protocol::tcp, Protocol::udp}) {
      if (rule.protocol != Protocol::any && rule.protocol != protocol) continue;
      for (const PortRange& ports : rule.ports) {
        for (const PortRange& part : parts_of(ports, allowed)) {
          PrefixSet missing = subtract(required, allowed_on(allowed, rule, protocol, part));
          if (!missing.empty()) {
            add_gap(report.gaps, {i, protocol, {part}, std::move(missing)});
          }
        }
      }
    }
  }
  report.excess = find_excess(rules, allowed);
  return report;
}

Result<Flow> parse_flow(std::string_view text) {
  std::string_view address = text;
  std::string_view port;  // with its colon
  if (text.starts_with('[')) {
    const auto close = text.find(']');
    if (close != std::string_view::npos) {
      address = text.substr(1, close - 1);
      port = text.substr(close + 1);
    }
  } else if (text.find(':') == text.rfind(':')) {
    address = text.substr(0, text.find(':'));
    port = text.substr(address.size());
  }
  auto parsed = parse_address(address);
  if (!parsed) return std::move(parsed).error();
  Flow flow;
  flow.remote = *parsed;
  if (port.empty()) return flow;
  auto number = parse_ports(port.substr(1));
  if (port.front() != ':' || !number || number->first != number->last) {
    return Error{
        Errc::invalid_argument, "expected ADDRESS:PORT or [ADDRESS]:PORT", std::string(text), {}};
  }
  flow.port = number->first;
  return flow;
}

std::vector<std::size_t> rules_for(const RuleSet& rules, const Flow& flow) {
  const auto serves_flow = [&](const Rule& rule) {
    if (flow.direction && *flow.direction != rule.direction) return false;
    const bool any_protocol = !flow.protocol || *flow.protocol == Protocol::any;
    if (!any_protocol && rule.protocol != Protocol::any && rule.protocol != *flow.protocol) {
      return false;
    }
    const bool on_port =
        !flow.port || std::any_of(rule.ports.begin(), rule.ports.end(), [&](const PortRange& r) {
          return r.first <= *flow.port && *flow.port <= r.last;
        });
    return on_port && std::any_of(rule.prefixes.begin(), rule.prefixes.end(), [&](const Prefix& p) {
             return p.contains(flow.remote.unmapped());
           });
  };
  std::vector<std::size_t> found;
  for (std::size_t i = 0; i < rules.rules.size(); ++i) {
    if (serves_flow(rules.rules[i])) found.push_back(i);
  }
  return found;
}

std::vector<RuleChange> diff_rules(const RuleSet& before, const RuleSet& after) {
  std::vector<RuleChange> changes;
  const auto add = [&](RuleChange change) {
    if (!change.added.empty() || !change.removed.empty()) changes.push_back(std::move(change));
  };
  for (const Rule& rule : after.rules) {
    const auto old = std::find_if(before.rules.begin(), before.rules.end(),
                                  [&](const Rule& other) { return same_rule(other, rule); });
    add(change_of(rule, old == before.rules.end() ? std::vector<Prefix>{} : old->prefixes,
                  rule.prefixes));
  }
  for (const Rule& rule : before.rules) {
    const bool gone = std::none_of(after.rules.begin(), after.rules.end(),
                                   [&](const Rule& other) { return same_rule(other, rule); });
    if (gone) add(change_of(rule, rule.prefixes, {}));
  }
  return changes;
}

}  // namespace servicetags
