// Tested by: tests/unit/export_nsg_test.cpp
#include "export/nsg.hpp"

#include <array>

#include "support/ascii.hpp"

namespace servicetags::writers {
namespace {

constexpr std::size_t kMaxPrefixes = 4'000;  // of one side, over the group; of ports as well
constexpr std::size_t kMaxRules = 1'000;
constexpr std::size_t kMaxName = 80;
constexpr std::size_t kMaxDescription = 140;
constexpr unsigned kFirstPriority = 100;
constexpr unsigned kLastPriority = 4'096;

std::string protocol_of(const Rule& rule) {
  switch (rule.protocol) {
    case Protocol::tcp: return "Tcp";
    case Protocol::udp: return "Udp";
    case Protocol::any: return "*";
  }
  return "*";
}

NsgRule plan_rule(const Rule& rule, const WriteOptions& options, std::string_view suffix) {
  NsgRule planned;
  planned.name = stable_name(options, rule, suffix, kMaxName);
  planned.description = comment_text(describe(rule), kMaxDescription);
  planned.direction = rule.direction;
  planned.protocol = protocol_of(rule);
  planned.priority = 0;
  for (const PortRange& ports : rule.ports) planned.ports.push_back(to_string(ports));
  return planned;
}

/// A rule by name, or one for each family by addresses.
std::vector<NsgRule> plan_rules(const Rule& rule, const WriteOptions& options) {
  if (usable_in_nsg(rule)) {
    NsgRule planned = plan_rule(rule, options, "");
    planned.tag = rule.tag;
    return {planned};
  }
  std::vector<NsgRule> planned;
  for (const Family family : {Family::v4, Family::v6}) {
    const std::vector<Prefix> prefixes = prefixes_of(rule, family);
    if (prefixes.empty()) continue;
    planned.push_back(plan_rule(rule, options, family == Family::v4 ? "-v4" : "-v6"));
    for (const Prefix& prefix : prefixes) planned.back().prefixes.push_back(to_string(prefix));
  }
  return planned;
}

/// As far apart as the range allows, so that rules of one's own fit between.
void give_priorities(std::vector<NsgRule>& planned) {
  for (const Direction direction : {Direction::inbound, Direction::outbound}) {
    unsigned count = 0;
    for (const NsgRule& rule : planned) count += rule.direction == direction ? 1U : 0U;
    if (count == 0) continue;
    const unsigned room = (kLastPriority - kFirstPriority) / count;
    const unsigned step = room < 10 ? room : 10;
    unsigned priority = kFirstPriority;
    for (NsgRule& rule : planned) {
      if (rule.direction != direction) continue;
      rule.priority = priority;
      priority += step;
    }
  }
}

}  // namespace

Result<std::vector<NsgRule>> plan_nsg(const RuleSet& rules, const WriteOptions& options) {
  std::vector<NsgRule> planned;
  std::array<std::size_t, 3> used{};  // prefixes of sources, of destinations; ports
  for (const Rule* rule : open_rules(rules)) {
    for (NsgRule& part : plan_rules(*rule, options)) {
      used[part.direction == Direction::inbound ? 0 : 1] += part.prefixes.size();
      used[2] += part.ports.size();
      planned.push_back(std::move(part));
    }
  }
  constexpr std::array<std::string_view, 3> kOf = {"source prefixes", "destination prefixes",
                                                   "destination ports"};
  for (std::size_t i = 0; i < used.size(); ++i) {
    if (used[i] <= kMaxPrefixes) continue;
    return not_expressible("a network security group takes 4000 " + std::string(kOf[i]) +
                           " over all its rules, these are " + std::to_string(used[i]) +
                           "; aggregate or fit them to fewer");
  }
  if (planned.size() > kMaxRules) {
    return not_expressible("a network security group takes 1000 rules, these are " +
                           std::to_string(planned.size()));
  }
  give_priorities(planned);
  return planned;
}

}  // namespace servicetags::writers
