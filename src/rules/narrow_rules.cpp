// Fewer prefixes for the same rules: without loss, or to fit a limit.
// Tested by: tests/unit/narrow_rules_test.cpp
#include <algorithm>
#include <numeric>
#include <utility>

#include "servicetags/prefix_set.hpp"
#include "servicetags/rules.hpp"

namespace servicetags {
namespace {

std::size_t count_prefixes(const RuleSet& rules) {
  std::size_t count = 0;
  for (const Rule& rule : rules.rules) count += rule.prefixes.size();
  return count;
}

void replace(Rule& rule, const PrefixSet& set) {
  rule.prefixes.assign(set.prefixes().begin(), set.prefixes().end());
}

/// Widens each rule to its own number of places; changes nothing when one cannot.
Result<Narrowed> fit_to(RuleSet& rules, const std::vector<std::size_t>& places) {
  Narrowed narrowed;
  narrowed.before = count_prefixes(rules);
  RuleSet fitted = rules;
  for (std::size_t i = 0; i < fitted.rules.size(); ++i) {
    Rule& rule = fitted.rules[i];
    if (!rule.has_prefixes()) continue;
    auto fit_rule = fit(PrefixSet(rule.prefixes), places[i]);
    if (!fit_rule) return std::move(fit_rule).error();
    replace(rule, fit_rule->set);
    narrowed.added_v4 += fit_rule->added_v4;
    narrowed.added_v6 += fit_rule->added_v6;
  }
  narrowed.after = count_prefixes(fitted);
  rules = std::move(fitted);
  return narrowed;
}

std::size_t families_in(const PrefixSet& set) {
  return (set.family(Family::v4).empty() ? 0U : 1U) + (set.family(Family::v6).empty() ? 0U : 1U);
}

}  // namespace

Narrowed aggregate_rules(RuleSet& rules) {
  Narrowed narrowed;
  narrowed.before = count_prefixes(rules);
  for (Rule& rule : rules.rules) replace(rule, PrefixSet(rule.prefixes));
  narrowed.after = count_prefixes(rules);
  return narrowed;
}

Result<Narrowed> fit_each_rule(RuleSet& rules, std::size_t max_prefixes) {
  return fit_to(rules, std::vector<std::size_t>(rules.rules.size(), max_prefixes));
}

Result<Narrowed> fit_all_rules(RuleSet& rules, std::size_t max_prefixes) {
  // Each rule first gets what it cannot do without, then its share of the rest.
  std::vector<std::size_t> places;
  std::vector<std::size_t> wanted;
  for (const Rule& rule : rules.rules) {
    const PrefixSet set(rule.prefixes);
    places.push_back(families_in(set));
    wanted.push_back(set.size() - places.back());
  }
  const std::size_t least = std::accumulate(places.begin(), places.end(), std::size_t{0});
  if (least > max_prefixes) {
    return Error{Errc::invalid_argument,
                 "the rules need at least " + std::to_string(least) +
                     " prefixes, one for each rule and family; " + std::to_string(max_prefixes) +
                     " is too few",
                 {},
                 {}};
  }
  const std::size_t rest = max_prefixes - least;
  const std::size_t total = std::accumulate(wanted.begin(), wanted.end(), std::size_t{0});
  for (std::size_t i = 0; i < places.size(); ++i) {
    places[i] += total <= rest ? wanted[i] : wanted[i] * rest / total;
  }
  return fit_to(rules, places);
}

}  // namespace servicetags
