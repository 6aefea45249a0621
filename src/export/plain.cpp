// One prefix a line, for lists that a firewall fetches.
// Source: formatting rules for external lists of Palo Alto Networks (10.2) and Fortinet (7.4).
// Tested by: tests/unit/export_test.cpp
#include <algorithm>

#include "export/writer.hpp"

namespace servicetags::writers {
namespace {

/// A list says neither direction nor ports: what it holds must be of one direction.
Result<std::vector<Prefix>> all_prefixes(const RuleSet& rules) {
  std::vector<Prefix> prefixes;
  const std::vector<const Rule*> open = open_rules(rules);
  for (const Rule* rule : open) {
    if (rule->direction != open.front()->direction) {
      return not_expressible(
          "a plain list cannot keep inbound and outbound apart; ask for one direction");
    }
    prefixes.insert(prefixes.end(), rule->prefixes.begin(), rule->prefixes.end());
  }
  std::sort(prefixes.begin(), prefixes.end());
  prefixes.erase(std::unique(prefixes.begin(), prefixes.end()), prefixes.end());
  return prefixes;
}

std::string lines_of(const std::vector<Prefix>& prefixes) {
  std::string text;
  for (const Prefix& prefix : prefixes) text += to_string(prefix) + "\n";
  return text;
}

}  // namespace

Result<std::string> write_plain(const RuleSet& rules, const WriteOptions& /*options*/) {
  auto prefixes = all_prefixes(rules);
  if (!prefixes) return std::move(prefixes).error();
  return lines_of(*prefixes);
}

Result<std::string> write_fortigate(const RuleSet& rules, const WriteOptions& /*options*/) {
  // FortiGate cuts longer feeds off without a word: before 7.4.4 at 128 x 1024 entries,
  // from then on at 300,000 over all feeds.
  constexpr std::size_t kMost = 131'072;
  auto prefixes = all_prefixes(rules);
  if (!prefixes) return std::move(prefixes).error();
  if (prefixes->size() > kMost) {
    return not_expressible("a FortiGate feed takes at most 131072 entries, these are " +
                           std::to_string(prefixes->size()) + "; fit the rules to fewer");
  }
  return lines_of(*prefixes);
}

}  // namespace servicetags::writers
