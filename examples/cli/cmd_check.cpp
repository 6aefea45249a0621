// servicetags check: what a firewall lets through, or did, against a profile.
#include <array>
#include <fstream>
#include <iostream>
#include <iterator>
#include <utility>

#include "context.hpp"
#include "json_text.hpp"
#include "profiles.hpp"
#include "servicetags/check.hpp"

namespace servicetags::cli {
namespace {

struct CheckOptions {
  ProfileOptions profile;
  std::string allow;
  std::vector<std::string> flows;
};

/// What a file, or "-" for standard input, holds.
template <typename Value>
Result<Value> read(const std::string& path, Result<Value> (*parse)(std::string_view)) {
  std::ifstream file;
  if (path != "-") file.open(path, std::ios::binary);
  std::istream& input = path == "-" ? std::cin : file;
  const std::string text{std::istreambuf_iterator<char>(input), std::istreambuf_iterator<char>()};
  if (!input && !input.eof()) return Error{Errc::io_failed, "the file cannot be read", path, {}};
  auto value = parse(text);
  if (value) return value;
  Error error = std::move(value).error();
  error.where = path + (error.where.starts_with('#') ? "" : ", ") + error.where;
  return error;
}

bool wants_json(const Context& context) {
  const Format format = context.format_or(Format::table);
  return format == Format::json || format == Format::jsonl;
}

std::string report_json(const RuleSet& rules, const AllowList& allowed, const CheckReport& report) {
  JsonArray gaps;
  for (const Gap& gap : report.gaps) {
    const Rule& rule = rules.rules[gap.rule];
    gaps.add(JsonObject()
                 .add_text("direction", to_string(rule.direction))
                 .add_text("protocol", to_string(gap.protocol))
                 .add_text("ports", to_string(gap.ports))
                 .add_text("requested", rule.requested)
                 .add_text("tag", rule.tag)
                 .add_text("purpose", rule.purpose)
                 .add("missing", json_of(gap.missing.prefixes()))
                 .text());
  }
  JsonArray excess;
  for (const Excess& item : report.excess) {
    excess.add(JsonObject()
                   .add_text("where", allowed.entries[item.entry].where)
                   .add_text("addresses", to_string(allowed.entries[item.entry].addresses))
                   .add_text("beyond_count", to_string(item.addresses.address_count()))
                   .add("beyond", json_of(item.addresses.prefixes()))
                   .text());
  }
  return JsonObject()
      .add("rules_checked", std::to_string(report.rules_checked))
      .add("gaps", gaps.text())
      .add("beyond", excess.text())
      .text();
}

void print_lines(Output& out, const RuleSet& rules, const AllowList& allowed,
                 const CheckReport& report) {
  for (const Gap& gap : report.gaps) {
    const Rule& rule = rules.rules[gap.rule];
    out.line("missing " + std::string(to_string(rule.direction)) + " " +
             std::string(to_string(gap.protocol)) + " " + to_string(gap.ports) + " " + rule.tag +
             ": " + rule.purpose);
    for (const Prefix& prefix : gap.missing.prefixes()) out.line("  - " + to_string(prefix));
  }
  for (const Excess& item : report.excess) {
    const AllowEntry& entry = allowed.entries[item.entry];
    out.line("beyond " + to_string(entry.addresses) + " (" + entry.where + "): " +
             to_string(item.addresses.address_count()) + " addresses that no rule asks for");
  }
  out.line(std::to_string(report.rules_checked) + " rules checked, " +
           std::to_string(report.gaps.size()) + " gaps, " + std::to_string(report.excess.size()) +
           " entries beyond");
}

int check_allow_list(Context& context, const CheckOptions& options, const RuleSet& rules) {
  auto allowed = read(options.allow, parse_allow_list);
  if (!allowed) return fail(context, allowed.error());
  for (const std::string& warning : allowed->warnings) tell(context.out, "warning: " + warning);
  const CheckReport report = check(rules, *allowed);
  if (wants_json(context)) {
    context.out.line(report_json(rules, *allowed, report));
  } else {
    print_lines(context.out, rules, *allowed, report);
  }
  return report.is_complete() ? kDone : kNothing;
}

/// Names of the tags that hold an address, for a flow that no rule asks for.
std::vector<std::string> tags_of(const Snapshot& snapshot, const Address& address) {
  std::vector<std::string> names;
  for (const Match& match : snapshot.lookup(address)) names.push_back(match.tag->name);
  return names;
}

std::string finding_json(const RuleSet& rules, const Snapshot& snapshot,
                         const FlowFinding& finding) {
  JsonArray rows;
  for (const std::size_t i : finding.rules) {
    const Rule& rule = rules.rules[i];
    rows.add(JsonObject()
                 .add_text("requested", rule.requested)
                 .add_text("tag", rule.tag)
                 .add_text("purpose", rule.purpose)
                 .text());
  }
  JsonArray tags;
  for (const std::string& name : tags_of(snapshot, finding.flow.remote)) tags.add_text(name);
  return JsonObject()
      .add_text("kind", to_string(finding.kind))
      .add_text("direction", to_string(finding.flow.direction))
      .add_text("address", to_string(finding.flow.remote))
      .add_text("protocol", to_string(finding.flow.protocol))
      .add("port", std::to_string(finding.flow.port))
      .add("entries", std::to_string(finding.entries))
      .add("rules", rows.text())
      .add("tags", tags.text())
      .text();
}

std::string finding_line(const RuleSet& rules, const Snapshot& snapshot,
                         const FlowFinding& finding) {
  const LoggedFlow& flow = finding.flow;
  std::string line(to_string(finding.kind));
  line += " " + std::string(to_string(flow.direction)) + " " + to_string(flow.remote) + " " +
          std::string(to_string(flow.protocol)) + " " + std::to_string(flow.port) + " (" +
          std::to_string(finding.entries) + "): ";
  std::string why;
  for (const std::size_t i : finding.rules) {
    why += (why.empty() ? "" : "; ") + rules.rules[i].requested + ", " + rules.rules[i].purpose;
  }
  if (!why.empty()) return line + why;
  for (const std::string& name : tags_of(snapshot, flow.remote)) {
    why += (why.empty() ? "in " : ", ") + name;
  }
  return line + (why.empty() ? "in no service tag" : why);
}

int check_flow_logs(Context& context, const CheckOptions& options, const RuleSet& rules,
                    const Snapshot& snapshot) {
  FlowLog log;
  for (const std::string& path : options.flows) {
    auto part = read(path, parse_flow_log);
    if (!part) return fail(context, part.error());
    log.flows.insert(log.flows.end(), part->flows.begin(), part->flows.end());
    log.left_out += part->left_out;
  }
  JsonArray array;
  std::array<std::size_t, 5> flows{};
  for (const FlowFinding& finding : check_flows(rules, log)) {
    ++flows.at(static_cast<std::size_t>(finding.kind));
    if (context.format == Format::json) {
      array.add(finding_json(rules, snapshot, finding));
    } else if (context.format == Format::jsonl) {
      context.out.line(finding_json(rules, snapshot, finding));
    } else if (finding.kind != FlowKind::internal) {
      context.out.line(finding_line(rules, snapshot, finding));
    }
  }
  if (context.format == Format::json) context.out.line(array.text());
  std::string summary;
  for (std::size_t kind = 0; kind < flows.size(); ++kind) {
    summary += (summary.empty() ? "" : ", ") + std::to_string(flows[kind]) + " " +
               std::string(to_string(static_cast<FlowKind>(kind)));
  }
  tell(context.out, summary + "; " + std::to_string(log.left_out) +
                        " entries of other protocols than TCP and UDP");
  const auto count = [&](FlowKind kind) { return flows.at(static_cast<std::size_t>(kind)); };
  return count(FlowKind::blocked) + count(FlowKind::unexplained) == 0 ? kDone : kNothing;
}

int run_check(Context& context, const CheckOptions& options) {
  auto data = load_data(context);
  if (!data) return fail(context, data.error());
  auto rules = make_profile_rules(options.profile, *data->snapshot);
  if (!rules) return fail(context, rules.error());
  if (options.flows.empty()) return check_allow_list(context, options, *rules);
  return check_flow_logs(context, options, *rules, *data->snapshot);
}

}  // namespace

void add_check(CLI::App& app, Context& context) {
  CLI::App* command =
      app.add_subcommand("check", "An allow-list or a flow log against a profile's rules");
  auto options = std::make_shared<CheckOptions>();
  add_profile_options(*command, options->profile, false);
  command->get_option("PROFILE")->required();
  command->get_option("--region")->required();
  CLI::Option* allow = command->add_option("--allow", options->allow,
                                           "An allow-list, or - for standard input: what is "
                                           "missing from it, and what it has beyond");
  command
      ->add_option("--flows", options->flows,
                   "A flow log, or - for standard input: which flows the rules explain; may be "
                   "repeated")
      ->allow_extra_args(false)
      ->excludes(allow);
  command->footer(
      "An allow-list holds lines of 'ADDRESSES [tcp|udp|any] [PORTS]', or is the output of\n"
      "'ipset save', of 'nft -j list ruleset', or the JSON of a network security group. Exits\n"
      "with 1 when something required is missing.\n\n"
      "A flow log is the JSON of a network security group's or virtual network's flow log, or\n"
      "CSV with columns such as destination, port, protocol, direction, source and action.\n"
      "Each flow is explained, unexplained (let through, no rule asks for it), blocked (asked\n"
      "for, denied), denied, or internal. Exits with 1 when one is blocked or unexplained.\n\n"
      "Examples:\n"
      "  servicetags check azure-machine-learning --region westus --allow allowed.txt\n"
      "  nft -j list ruleset | servicetags check azure-machine-learning --region westus --allow -\n"
      "  servicetags check azure-machine-learning --region westus --flows PT1H.json");
  command->callback([&context, options] {
    if (options->allow.empty() && options->flows.empty()) {
      throw CLI::RequiredError("--allow or --flows");
    }
    context.command = [&context, options] { return run_check(context, *options); };
  });
}

}  // namespace servicetags::cli
