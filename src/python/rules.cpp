#include "rules.hpp"

#include <nanobind/stl/map.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/string_view.h>
#include <nanobind/stl/vector.h>

#include <algorithm>
#include <numeric>

#include "convert.hpp"
#include "servicetags/export.hpp"
#include "servicetags/prefix_set.hpp"
#include "snapshot.hpp"

namespace servicetags::python {
namespace {

std::string summary(const Rule& rule) {
  return std::string(to_string(rule.direction)) + " " + std::string(to_string(rule.protocol)) +
         " " + to_string(rule.ports) + " " + rule.requested;
}

void bind_rule(nb::module_& module) {
  nb::class_<RuleView>(module, "Rule",
                       "Access to one tag's addresses, by direction, protocol and ports.")
      .def_prop_ro("direction",
                   [](const RuleView& self) { return text(to_string(self.rule->direction)); })
      .def_prop_ro("protocol",
                   [](const RuleView& self) { return text(to_string(self.rule->protocol)); })
      .def_prop_ro("ports", [](const RuleView& self) { return from_ports(self.rule->ports); })
      .def_prop_ro(
          "requested", [](const RuleView& self) { return self.rule->requested; },
          "The tag as documented, with the region filled in.")
      .def_prop_ro(
          "tag", [](const RuleView& self) { return text_or_none(self.rule->tag); },
          "The published tag that was used, or None.")
      .def_prop_ro("purpose", [](const RuleView& self) { return self.rule->purpose; })
      .def_prop_ro("prefixes",
                   [](const RuleView& self) { return prefixes_of(self.rule->prefixes); })
      .def_prop_ro("prefix_set",
                   [](const RuleView& self) { return PrefixSet(self.rule->prefixes); })
      .def_prop_ro(
          "status", [](const RuleView& self) { return text(to_string(self.rule->status)); },
          "'resolved', 'fallback_global', 'not_in_cloud', 'not_published' or "
          "'condition_off'.")
      .def_prop_ro(
          "reason", [](const RuleView& self) { return text_or_none(self.rule->reason); },
          "Why it is not resolved, or None.")
      .def_prop_ro("features",
                   [](const RuleView& self) -> nb::object {
                     if (!self.rule->features) return nb::none();
                     return texts_of(*self.rule->features);
                   })
      .def_prop_ro("condition",
                   [](const RuleView& self) { return text_or_none(self.rule->condition); })
      .def("__len__", [](const RuleView& self) { return self.rule->prefixes.size(); })
      .def("__bool__", [](const RuleView&) { return true; })
      .def(
          "__eq__",
          [](const RuleView& a, const RuleView& b) { return a.rule.get() == b.rule.get(); },
          nb::is_operator())
      .def("__hash__",
           [](const RuleView& self) { return std::hash<const Rule*>()(self.rule.get()); })
      .def("__repr__", [](const RuleView& self) {
        const Rule& rule = *self.rule;
        return text("<servicetags.Rule " + summary(rule) + ": " +
                    (rule.has_prefixes() ? std::to_string(rule.prefixes.size()) + " prefixes"
                                         : std::string(to_string(rule.status))) +
                    ">");
      });
}

nb::object from_host(const HostRule& host) {
  return value_class("HostRule")(text(to_string(host.direction)), text(to_string(host.protocol)),
                                 from_ports(host.ports), host.host, text_or_none(host.path),
                                 host.purpose);
}

nb::object from_cloud(const std::optional<Cloud>& cloud) {
  return cloud ? nb::object(text(to_string(*cloud))) : nb::none();
}

nb::object rules_of(const PyRuleSet& self) {
  std::vector<std::size_t> places(self.rules->rules.size());
  std::iota(places.begin(), places.end(), std::size_t{0});
  return table_of(places, [&](std::size_t place) { return nb::cast(RuleView(self.rules, place)); });
}

RuleView rule_at(const PyRuleSet& self, nb::ssize_t place) {
  const auto count = static_cast<nb::ssize_t>(self.rules->rules.size());
  if (place < -count || place >= count) throw nb::index_error("no rule has this number");
  return {self.rules, static_cast<std::size_t>(place < 0 ? place + count : place)};
}

/// Narrows a copy; the rules that Python has stay what they are.
template <typename Narrow>
nb::object narrowed(const PyRuleSet& self, const Narrow& narrow) {
  auto rules = std::make_shared<RuleSet>(*self.rules);
  Narrowed done;
  {
    const nb::gil_scoped_release released;
    done = narrow(*rules);
  }
  return value_class("Narrowed")(PyRuleSet{std::move(rules)}, done.before, done.after,
                                 from_count(done.added_v4), from_count(done.added_v6));
}

nb::str write(const PyRuleSet& self, std::string_view format, std::string name,
              const std::optional<std::string>& direction) {
  const WriteOptions options{.name = std::move(name), .direction = to_direction(direction)};
  return text(unwrap(write_rules(*self.rules, format, options)));
}

nb::str repr(const PyRuleSet& self) {
  const RuleSet& rules = *self.rules;
  std::size_t prefixes = 0;
  for (const Rule& rule : rules.rules) prefixes += rule.prefixes.size();
  return text("<servicetags.RuleSet of " + rules.profile + " " + rules.edition + " for " +
              rules.region + ": " + std::to_string(rules.rules.size()) + " rules, " +
              std::to_string(prefixes) + " prefixes, " + std::to_string(rules.hosts.size()) +
              " hosts>");
}

void bind_rule_set(nb::module_& module) {
  nb::class_<PyRuleSet> rule_set(
      module, "RuleSet",
      "The rules of one edition of a profile for one region; made by Snapshot.require().\n\n"
      "A sequence of its network rules, in the documentation's order; `hosts` are for proxies.");
  rule_set.def_prop_ro("profile", [](const PyRuleSet& self) { return self.rules->profile; })
      .def_prop_ro("edition", [](const PyRuleSet& self) { return self.rules->edition; })
      .def_prop_ro("cloud", [](const PyRuleSet& self) { return from_cloud(self.rules->cloud); })
      .def_prop_ro("region", [](const PyRuleSet& self) { return self.rules->region; })
      .def_prop_ro("change_number",
                   [](const PyRuleSet& self) { return number_or_none(self.rules->change_number); })
      .def_prop_ro("rules", &rules_of)
      .def_prop_ro("hosts",
                   [](const PyRuleSet& self) { return table_of(self.rules->hosts, from_host); })
      .def_prop_ro("warnings", [](const PyRuleSet& self) { return texts_of(self.rules->warnings); })
      .def("__len__", [](const PyRuleSet& self) { return self.rules->rules.size(); })
      .def("__getitem__", &rule_at)
      .def("__iter__", [](const PyRuleSet& self) { return nb::iter(rules_of(self)); })
      .def("__repr__", &repr)
      .def("_repr_html_",
           [](nb::handle self) {
             return nb::object(nb::module_::import_("servicetags._html").attr("of_rules")(self));
           })
      .def("write", &write, nb::arg("format"), nb::kw_only(), nb::arg("name") = "azure",
           nb::arg("direction") = nb::none(),
           "The rules as text in one of rule_formats(): the same bytes for the same rules.\n\n"
           "`name` begins the names of tables and sets. Errors: InvalidArgumentError;\n"
           "NotExpressibleError when the target cannot hold them: nothing is cut off.")
      .def(
          "aggregate", [](const PyRuleSet& self) { return narrowed(self, aggregate_rules); },
          "Each rule's prefixes in the fewest that hold the same addresses: a Narrowed.")
      .def(
          "fit_each",
          [](const PyRuleSet& self, std::size_t max_prefixes) {
            return narrowed(
                self, [&](RuleSet& rules) { return unwrap(fit_each_rule(rules, max_prefixes)); });
          },
          nb::arg("max_prefixes"),
          "Each rule widened to at most so many prefixes, adding as few addresses as possible.")
      .def(
          "fit_all",
          [](const PyRuleSet& self, std::size_t max_prefixes) {
            return narrowed(
                self, [&](RuleSet& rules) { return unwrap(fit_all_rules(rules, max_prefixes)); });
          },
          nb::arg("max_prefixes"), "All rules together widened to at most so many prefixes.");
  bind_check(module, rule_set);
}

PyRuleSet require(const PySnapshot& snapshot, const PyProfile& profile, const std::string& edition,
                  std::string region, std::vector<std::string> with,
                  std::vector<std::string> without, std::map<std::string, std::string> parameters,
                  bool paired_region) {
  const RuleOptions options{.region = std::move(region),
                            .with = std::move(with),
                            .without = std::move(without),
                            .paired_region = paired_region,
                            .parameters = std::move(parameters)};
  return {std::make_shared<const RuleSet>(unwrap(make_rules(
      *profile.profile, edition_of(*profile.profile, edition), *snapshot.get(), options)))};
}

nb::object formats() {
  return table_of(rule_formats(), [](const RuleFormat& one) {
    return value_class("RuleFormat")(text(one.name), text(one.target), text(one.limits));
  });
}

}  // namespace

nb::tuple from_ports(std::span<const PortRange> ports) {
  const nb::object port_range = value_class("PortRange");
  return tuple_of(ports, [&](const PortRange& one) { return port_range(one.first, one.last); });
}

std::optional<Direction> to_direction(const std::optional<std::string>& name) {
  if (!name) return std::nullopt;
  if (*name == "inbound") return Direction::inbound;
  if (*name == "outbound") return Direction::outbound;
  throw ServiceTagError(Error{Errc::invalid_argument,
                              "a direction is 'inbound' or 'outbound', not '" + *name + "'",
                              {},
                              {}});
}

void bind_rules(nb::module_& module) {
  bind_rule(module);
  bind_rule_set(module);
  module.def("require", &require);
  module.def("rule_formats", &formats, "All formats that RuleSet.write() knows, by name.");
}

}  // namespace servicetags::python
