// servicetags check: an allow-list against a profile.
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
};

Result<AllowList> read_allow_list(const std::string& path) {
  std::ifstream file;
  if (path != "-") file.open(path, std::ios::binary);
  std::istream& input = path == "-" ? std::cin : file;
  const std::string text{std::istreambuf_iterator<char>(input), std::istreambuf_iterator<char>()};
  if (!input && !input.eof()) return Error{Errc::io_failed, "the file cannot be read", path, {}};
  auto list = parse_allow_list(text);
  if (list) return list;
  Error error = std::move(list).error();
  error.where = path + (error.where.starts_with('#') ? "" : ", ") + error.where;
  return error;
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

int run_check(Context& context, const CheckOptions& options) {
  auto data = load_data(context);
  if (!data) return fail(context, data.error());
  auto rules = make_profile_rules(options.profile, *data->snapshot);
  if (!rules) return fail(context, rules.error());
  auto allowed = read_allow_list(options.allow);
  if (!allowed) return fail(context, allowed.error());
  for (const std::string& warning : allowed->warnings) tell(context.out, "warning: " + warning);
  const CheckReport report = check(*rules, *allowed);
  const Format format = context.format_or(Format::table);
  if (format == Format::json || format == Format::jsonl) {
    context.out.line(report_json(*rules, *allowed, report));
  } else {
    print_lines(context.out, *rules, *allowed, report);
  }
  return report.is_complete() ? kDone : kNothing;
}

}  // namespace

void add_check(CLI::App& app, Context& context) {
  CLI::App* command =
      app.add_subcommand("check", "What an allow-list lacks for a profile, and what it has beyond");
  auto options = std::make_shared<CheckOptions>();
  add_profile_options(*command, options->profile, false);
  command->get_option("PROFILE")->required();
  command->get_option("--region")->required();
  command->add_option("--allow", options->allow, "The allow-list, or - for standard input")
      ->required();
  command->footer(
      "The allow-list holds lines of 'ADDRESSES [tcp|udp|any] [PORTS]', or is the output of\n"
      "'ipset save', of 'nft -j list ruleset', or the JSON of a network security group. Exits\n"
      "with 1 when something required is missing.\n\n"
      "Examples:\n"
      "  servicetags check azure-machine-learning --region westus --allow allowed.txt\n"
      "  nft -j list ruleset | servicetags check azure-machine-learning --region westus --allow -");
  command->callback([&context, options] {
    context.command = [&context, options] { return run_check(context, *options); };
  });
}

}  // namespace servicetags::cli
