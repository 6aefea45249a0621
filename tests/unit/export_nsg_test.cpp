#include "export/nsg.hpp"

#include <doctest/doctest.h>

#include <set>

#include "support/make_snapshot.hpp"

using namespace servicetags;
using namespace servicetags::writers;
using servicetags::testing::prefix;

namespace {

Rule rule_of(Direction direction, std::string tag, std::vector<Prefix> prefixes) {
  Rule rule;
  rule.direction = direction;
  rule.ports = {{443, 443}};
  rule.tag = std::move(tag);
  rule.purpose = "Testing";
  rule.prefixes = std::move(prefixes);
  return rule;
}

std::vector<Prefix> many(std::uint32_t count) {
  std::vector<Prefix> prefixes;
  for (std::uint32_t i = 0; i < count; ++i) {
    prefixes.emplace_back(Address::from_v4(0xc6120000U + i), 32);
  }
  return prefixes;
}

}  // namespace

TEST_CASE("a tag is used by name where it may be, else by addresses, a rule for each family") {
  RuleSet rules;
  rules.rules = {rule_of(Direction::outbound, "Storage.WestUS", {prefix("198.18.0.0/24")}),
                 rule_of(Direction::outbound, "AzureMachineLearning.WestUS",
                         {prefix("192.0.2.0/24"), prefix("2001:db8::/48")})};
  rules.rules[0].features = {{"API", "NSG"}};
  rules.rules[1].features = {{"API"}};
  const auto planned = plan_nsg(rules, {}).value();
  REQUIRE(planned.size() == 3);
  CHECK(planned[0].tag == "Storage.WestUS");
  CHECK(planned[0].prefixes.empty());
  CHECK(planned[1].tag.empty());
  CHECK(planned[1].prefixes == std::vector<std::string>{"192.0.2.0/24"});
  CHECK(planned[2].prefixes == std::vector<std::string>{"2001:db8::/48"});
}

TEST_CASE("priorities are unique for a direction, within 100 and 4096") {
  RuleSet rules;
  for (int i = 0; i < 900; ++i) {
    rules.rules.push_back(rule_of(i % 2 == 0 ? Direction::inbound : Direction::outbound,
                                  "Tag" + std::to_string(i), {prefix("192.0.2.1/32")}));
  }
  const auto planned = plan_nsg(rules, {}).value();
  std::set<std::pair<Direction, unsigned>> seen;
  for (const NsgRule& rule : planned) {
    CHECK(rule.priority >= 100);
    CHECK(rule.priority <= 4096);
    CHECK(rule.name.size() <= 80);
    CHECK(rule.description.size() <= 140);
    seen.insert({rule.direction, rule.priority});
  }
  CHECK(seen.size() == 900);
}

TEST_CASE("4,000 prefixes a side fit over the whole group, one more does not") {
  RuleSet rules;
  rules.rules = {rule_of(Direction::outbound, "A", many(2'000)),
                 rule_of(Direction::outbound, "B", many(1'999)),
                 rule_of(Direction::inbound, "C", many(4'000))};
  CHECK(plan_nsg(rules, {}).has_value());
  rules.rules[1].prefixes = many(2'000);
  CHECK(plan_nsg(rules, {}).has_value());
  rules.rules[1].prefixes = many(2'001);
  const auto over = plan_nsg(rules, {});
  REQUIRE(!over.has_value());
  CHECK(over.error().code == Errc::not_expressible);
  CHECK(over.error().message.find("destination") != std::string::npos);
}

TEST_CASE("1,000 rules fit, one more does not") {
  RuleSet rules;
  for (int i = 0; i < 1'000; ++i) {
    rules.rules.push_back(
        rule_of(Direction::inbound, "Tag" + std::to_string(i), {prefix("192.0.2.1/32")}));
  }
  CHECK(plan_nsg(rules, {}).has_value());
  rules.rules.push_back(rule_of(Direction::outbound, "More", {prefix("192.0.2.1/32")}));
  CHECK(plan_nsg(rules, {}).error().code == Errc::not_expressible);
}

TEST_CASE("the three syntaxes hold the same rules") {
  RuleSet rules;
  rules.profile = "p";
  rules.rules = {rule_of(Direction::inbound, "AzureMachineLearning", {prefix("192.0.2.0/24")}),
                 rule_of(Direction::outbound, "Storage.WestUS", {prefix("198.18.0.0/24")})};
  rules.rules[1].features = {{"NSG"}};
  for (const char* format : {"nsg-arm", "nsg-bicep", "nsg-terraform"}) {
    const std::string text = write_rules(rules, format).value();
    for (const char* part : {"azure-in-azuremachinelearning-tcp-443-v4", "192.0.2.0/24",
                             "azure-out-storage-westus-tcp-443", "Storage.WestUS", "Outbound"}) {
      CHECK_MESSAGE(text.find(part) != std::string::npos, format, " lacks ", part);
    }
    CHECK(text.find("198.18.0.0/24") == std::string::npos);
  }
}
