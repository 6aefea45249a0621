// Profiles and rules as Python holds them.
#pragma once

#include <nanobind/nanobind.h>

#include <memory>

#include "servicetags/profile.hpp"
#include "servicetags/rules.hpp"

namespace servicetags::python {

namespace nb = nanobind;

/// A requirement profile: a built-in one, or one that was read.
struct PyProfile {
  std::shared_ptr<const Profile> profile;
};

/// Rules never change once Python has them.
struct PyRuleSet {
  std::shared_ptr<const RuleSet> rules;
};

/// One rule; keeps its rule set alive.
struct RuleView {
  std::shared_ptr<const Rule> rule;

  RuleView(const std::shared_ptr<const RuleSet>& rules, std::size_t place)
      : rule(rules, &rules->rules[place]) {}
  explicit RuleView(Rule alone) : rule(std::make_shared<const Rule>(std::move(alone))) {}
};

/// The edition of this name, the latest for "". Throws ServiceTagError, invalid_argument.
const Edition& edition_of(const Profile& profile, std::string_view name);
/// A tuple of servicetags.PortRange.
nb::tuple from_ports(std::span<const PortRange> ports);
/// "inbound", "outbound", or None for both. Throws ServiceTagError, invalid_argument.
std::optional<Direction> to_direction(const std::optional<std::string>& name);

void bind_profile(nb::module_& module);
void bind_rules(nb::module_& module);
/// What of RuleSet compares it with what a firewall does.
void bind_check(nb::module_& module, nb::class_<PyRuleSet>& rule_set);

}  // namespace servicetags::python
