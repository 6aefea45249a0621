#include "servicetags/check.hpp"

#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/string_view.h>

#include "convert.hpp"
#include "rules.hpp"

namespace servicetags::python {
namespace {

nb::object rules_at(const PyRuleSet& self, std::span<const std::size_t> places) {
  return table_of(places, [&](std::size_t place) { return nb::cast(RuleView(self.rules, place)); });
}

std::optional<Protocol> to_protocol(const std::optional<std::string>& name) {
  if (!name) return std::nullopt;
  for (const Protocol known : {Protocol::tcp, Protocol::udp, Protocol::any}) {
    if (*name == to_string(known)) return known;
  }
  throw ServiceTagError(Error{
      Errc::invalid_argument, "a protocol is 'tcp', 'udp' or 'any', not '" + *name + "'", {}, {}});
}

nb::object serving(const PyRuleSet& self, nb::handle address, std::optional<std::uint16_t> port,
                   const std::optional<std::string>& protocol,
                   const std::optional<std::string>& direction) {
  const Flow flow{.remote = to_address(address),
                  .port = port,
                  .protocol = to_protocol(protocol),
                  .direction = to_direction(direction)};
  return rules_at(self, rules_for(*self.rules, flow));
}

std::string text_or_bytes(nb::handle object) {
  if (!PyBytes_Check(object.ptr())) return nb::cast<std::string>(object);
  const auto bytes = nb::borrow<nb::bytes>(object);
  return {bytes.c_str(), bytes.size()};
}

/// An allow-list's text: as it is, or a line for each of several prefixes.
std::string allowed_text(nb::handle allowed) {
  if (PyUnicode_Check(allowed.ptr()) || PyBytes_Check(allowed.ptr())) return text_or_bytes(allowed);
  std::string lines;
  for (const nb::handle item : nb::iter(allowed))
    lines += nb::cast<std::string>(nb::str(item)) + "\n";
  return lines;
}

nb::object compare(const PyRuleSet& self, nb::handle allowed) {
  const AllowList list = unwrap(parse_allow_list(allowed_text(allowed)));
  const CheckReport report = check(*self.rules, list);
  const nb::object gap_class = value_class("Gap");
  const nb::object excess_class = value_class("Excess");
  const auto gap = [&](const Gap& one) {
    return gap_class(RuleView(self.rules, one.rule), text(to_string(one.protocol)),
                     from_ports(one.ports), one.missing);
  };
  const auto excess = [&](const Excess& one) {
    const AllowEntry& entry = list.entries[one.entry];
    return excess_class(entry.where, text(to_string(entry.addresses)), one.addresses);
  };
  return value_class("CheckReport")(tuple_of(report.gaps, gap), tuple_of(report.excess, excess),
                                    report.rules_checked, texts_of(list.warnings));
}

nb::object compare_flows(const PyRuleSet& self, nb::handle log_text) {
  const std::string log = text_or_bytes(log_text);
  const std::vector<FlowFinding> findings = check_flows(*self.rules, unwrap(parse_flow_log(log)));
  const nb::object finding_class = value_class("FlowFinding");
  return table_of(findings, [&](const FlowFinding& one) {
    return finding_class(text(to_string(one.kind)), from_address(one.flow.remote),
                         text(to_string(one.flow.direction)), text(to_string(one.flow.protocol)),
                         one.flow.port, one.flow.denied, one.entries, rules_at(self, one.rules));
  });
}

nb::object changes(const PyRuleSet& before, const PyRuleSet& after) {
  return table_of(diff_rules(*before.rules, *after.rules), [](const RuleChange& one) {
    return value_class("RuleChange")(RuleView(one.rule), one.added, one.removed);
  });
}

nb::tuple flow_of(std::string_view flow_text) {
  const Flow flow = unwrap(parse_flow(flow_text));
  return nb::make_tuple(from_address(flow.remote),
                        flow.port ? nb::object(nb::int_(*flow.port)) : nb::none());
}

}  // namespace

void bind_check(nb::module_& module, nb::class_<PyRuleSet>& rule_set) {
  rule_set
      .def("rules_for", &serving, nb::arg("address"), nb::arg("port") = nb::none(), nb::kw_only(),
           nb::arg("protocol") = nb::none(), nb::arg("direction") = nb::none(),
           "The rules that a flow with this remote address serves; what is None matches any.")
      .def("check", &compare, nb::arg("allowed"),
           "Compares an allow-list with the rules: a CheckReport.\n\n"
           "`allowed` is the text of lines ADDRESSES [tcp|udp|any] [PORTS], of `ipset save`, of\n"
           "`nft -j list ruleset` or of a network security group; or several prefixes.")
      .def("check_flows", &compare_flows, nb::arg("log"),
           "Compares a flow log's text (Azure's JSON, or CSV) with the rules: FlowFindings.");
  module.def("diff_rules", &changes, nb::arg("before"), nb::arg("after"),
             "What must change in a firewall from one rule set to another: RuleChanges.");
  module.def("parse_flow", &flow_of);
}

}  // namespace servicetags::python
