#include "servicetags/rules.hpp"

#include <doctest/doctest.h>

#include "servicetags/prefix_set.hpp"
#include "support/make_snapshot.hpp"

using namespace servicetags;
using servicetags::testing::prefix;

namespace {

RuleSet two_rules() {
  RuleSet rules;
  rules.rules.resize(3);
  rules.rules[0].prefixes = {prefix("192.0.2.0/26"), prefix("192.0.2.64/26"),
                             prefix("192.0.2.192/26"), prefix("198.18.0.0/24")};
  rules.rules[1].prefixes = {prefix("203.0.113.0/32"), prefix("203.0.113.2/32"),
                             prefix("2001:db8::/64")};
  return rules;
}

bool still_holds(const RuleSet& narrowed, const RuleSet& original) {
  for (std::size_t i = 0; i < original.rules.size(); ++i) {
    const PrefixSet held(narrowed.rules[i].prefixes);
    if (!held.contains(PrefixSet(original.rules[i].prefixes))) return false;
  }
  return true;
}

/// Addresses in all rules, each for itself.
AddressCount count(const RuleSet& rules) {
  AddressCount total;
  for (const Rule& rule : rules.rules) total += PrefixSet(rule.prefixes).address_count();
  return total;
}

}  // namespace

TEST_CASE("aggregating loses and adds nothing") {
  RuleSet rules = two_rules();
  const Narrowed narrowed = aggregate_rules(rules);
  CHECK(narrowed.before == 7);
  CHECK(narrowed.after == 6);
  CHECK(narrowed.added_v4.is_zero());
  CHECK(count(rules) == count(two_rules()));
  CHECK(rules.rules[2].prefixes.empty());
}

TEST_CASE("each rule is fitted to its own number, and what that adds is counted") {
  RuleSet rules = two_rules();
  const Narrowed narrowed = fit_each_rule(rules, 2).value();
  CHECK(rules.rules[0].prefixes ==
        std::vector<Prefix>{prefix("192.0.2.0/24"), prefix("198.18.0.0/24")});
  CHECK(rules.rules[1].prefixes ==
        std::vector<Prefix>{prefix("203.0.113.0/30"), prefix("2001:db8::/64")});
  CHECK(to_string(narrowed.added_v4) == "66");
  CHECK(narrowed.added_v6.is_zero());
  CHECK(count(rules) == count(two_rules()) + narrowed.added_v4);
}

TEST_CASE("all rules together are fitted to a number, never more, and lose nothing") {
  for (std::size_t most = 3; most <= 8; ++most) {
    RuleSet rules = two_rules();
    const Narrowed narrowed = fit_all_rules(rules, most).value();
    CHECK(narrowed.after <= most);
    CHECK(still_holds(rules, two_rules()));
    CHECK(count(rules) == count(two_rules()) + narrowed.added_v4 + narrowed.added_v6);
  }
  RuleSet rules = two_rules();
  CHECK(fit_all_rules(rules, 6).value().added_v4.is_zero());
}

TEST_CASE("too few places are refused, and nothing is changed") {
  RuleSet rules = two_rules();
  CHECK(fit_all_rules(rules, 2).error().code == Errc::invalid_argument);
  CHECK(fit_each_rule(rules, 1).error().code == Errc::invalid_argument);
  CHECK(rules.rules[0].prefixes == two_rules().rules[0].prefixes);
}
