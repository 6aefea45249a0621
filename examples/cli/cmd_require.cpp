// servicetags require: a requirement profile as firewall rules.
#include <utility>

#include "context.hpp"
#include "json_text.hpp"
#include "profiles.hpp"
#include "verify.hpp"

namespace servicetags::cli {
namespace {

struct RequireOptions {
  ProfileOptions profile;
  std::string format;
  std::string name = "azure";
  std::string direction;
  std::string since;
  std::string edition_diff;
  bool list = false;
  bool aggregate = false;
  bool verify = false;
  std::size_t fit_rule = 0;
  std::size_t fit = 0;
};

int list_profiles(Context& context) {
  Output& out = context.out;
  for (const Profile& profile : builtin_profiles()) {
    out.line(profile.name + ": " + profile.title);
    for (const Edition& edition : profile.editions) {
      out.line("  edition " + edition.name + " (" + edition.date + ", " + edition.source + ")");
      for (const Condition& condition : edition.conditions) {
        out.line("    " + condition.name + (condition.holds_by_default ? " (on)" : "") + ": " +
                 condition.meaning);
      }
    }
  }
  out.line("formats of rules:");
  std::vector<Row> rows;
  for (const RuleFormat& format : rule_formats()) {
    rows.push_back(
        {"  " + std::string(format.name), std::string(format.target), std::string(format.limits)});
  }
  out.write(table({"  FORMAT", "FOR", "LIMITS"}, rows));
  return kDone;
}

int print_edition_diff(Context& context, const RequireOptions& options) {
  auto profile = find_profile(options.profile.profile);
  if (!profile) return fail(context, profile.error());
  auto before = find_edition(*profile, options.edition_diff);
  if (!before) return fail(context, before.error());
  auto after = find_edition(*profile, options.profile.edition);
  if (!after) return fail(context, after.error());
  for (const std::string& line : diff_editions(**before, **after)) context.out.line(line);
  return kDone;
}

/// Only what must be added to a firewall or taken from it.
int print_since(Context& context, const RequireOptions& options, const RuleSet& after) {
  auto old = load(options.since, after.cloud);
  if (!old) return fail(context, old.error());
  auto before = make_profile_rules(options.profile, **old);
  if (!before) return fail(context, before.error());
  Output& out = context.out;
  const bool json = context.format == Format::json || options.format == "json";
  JsonArray array;
  const std::vector<RuleChange> changes = diff_rules(*before, after);
  for (const RuleChange& change : changes) {
    std::string rule(to_string(change.rule.direction));
    rule += " " + std::string(to_string(change.rule.protocol));
    rule += " " + to_string(change.rule.ports);
    array.add(JsonObject()
                  .add_text("rule", rule)
                  .add_text("requested", change.rule.requested)
                  .add("added", json_of(change.added.prefixes()))
                  .add("removed", json_of(change.removed.prefixes()))
                  .text());
    if (json) continue;
    for (const Prefix& prefix : change.added.prefixes()) {
      out.line("+ " + rule + " " + change.rule.requested + " " + to_string(prefix));
    }
    for (const Prefix& prefix : change.removed.prefixes()) {
      out.line("- " + rule + " " + change.rule.requested + " " + to_string(prefix));
    }
  }
  if (json) out.line(array.text());
  tell(out, std::to_string(changes.size()) + " rules changed");
  return kDone;
}

Result<void> narrow(Context& context, const RequireOptions& options, RuleSet& rules) {
  if (!options.aggregate && options.fit == 0 && options.fit_rule == 0) return {};
  Narrowed narrowed = aggregate_rules(rules);
  if (options.fit > 0 || options.fit_rule > 0) {
    const std::size_t before = narrowed.before;
    auto fitted = options.fit > 0 ? fit_all_rules(rules, options.fit)
                                  : fit_each_rule(rules, options.fit_rule);
    if (!fitted) return std::move(fitted).error();
    narrowed = *fitted;
    narrowed.before = before;
  }
  tell(context.out, std::to_string(narrowed.before) + " prefixes to " +
                        std::to_string(narrowed.after) + ", adding " +
                        to_string(narrowed.added_v4) + " IPv4 and " + to_string(narrowed.added_v6) +
                        " IPv6 addresses");
  return {};
}

/// A row a requirement: what becomes of each.
void print_table(Output& out, const RuleSet& rules) {
  std::vector<Row> rows;
  for (const Rule& rule : rules.rules) {
    rows.push_back({std::string(to_string(rule.direction)), std::string(to_string(rule.protocol)),
                    to_string(rule.ports), rule.requested, rule.tag,
                    std::to_string(rule.prefixes.size()), std::string(to_string(rule.status))});
  }
  out.write(
      table({"DIRECTION", "PROTOCOL", "PORTS", "REQUESTED", "TAG", "PREFIXES", "STATUS"}, rows));
  rows.clear();
  for (const HostRule& rule : rules.hosts) {
    rows.push_back({rule.host + rule.path, std::string(to_string(rule.protocol)),
                    to_string(rule.ports), rule.purpose});
  }
  out.line("");
  out.write(table({"HOST", "PROTOCOL", "PORTS", "PURPOSE"}, rows));
}

int run_require(Context& context, const RequireOptions& options) {
  if (options.list) return list_profiles(context);
  if (!options.edition_diff.empty()) return print_edition_diff(context, options);
  auto data = load_data(context);
  if (!data) return fail(context, data.error());
  auto rules = make_profile_rules(options.profile, *data->snapshot);
  if (!rules) return fail(context, rules.error());
  for (const std::string& warning : rules->warnings) tell(context.out, "warning: " + warning);
  if (!options.since.empty()) return print_since(context, options, *rules);
  if (auto narrowed = narrow(context, options, *rules); !narrowed) {
    return fail(context, narrowed.error());
  }
  WriteOptions write{.name = options.name};
  if (options.direction == "inbound") write.direction = Direction::inbound;
  if (options.direction == "outbound") write.direction = Direction::outbound;
  std::string format = options.format;
  if (format.empty()) {
    switch (context.format_or(Format::table)) {
      case Format::table: print_table(context.out, *rules); return kDone;
      case Format::csv: format = "csv"; break;
      case Format::plain: format = "plain"; break;
      case Format::json:
      case Format::jsonl: format = "json"; break;
      case Format::tsv:
        return fail(
            context,
            {Errc::invalid_argument, "rules have no tsv form; use csv, or a --format", {}, {}});
    }
  }
  auto text = write_rules(*rules, format, write);
  if (!text) return fail(context, text.error());
  if (options.verify) {
    auto verified = verify(*rules, format, write);
    if (!verified) return fail(context, verified.error());
    tell(context.out, (verified->checked ? "verified: " : "not verified: ") + verified->note);
  }
  context.out.write(*text);
  return kDone;
}

}  // namespace

void add_require(CLI::App& app, Context& context) {
  CLI::App* command =
      app.add_subcommand("require", "The firewall rules that a service's documentation asks for");
  auto options = std::make_shared<RequireOptions>();
  add_profile_options(*command, options->profile, false);
  command->add_flag("--list", options->list,
                    "Show profiles, editions, their conditions, and the formats of rules");
  command->add_option("--edition-diff", options->edition_diff,
                      "Show what changed from this edition to --edition");
  command->add_option("--format", options->format, "How to write the rules; see --list");
  command->add_option("--name", options->name, "Begins the names of sets and objects");
  command->add_option("--direction", options->direction, "Only inbound or outbound rules")
      ->check(CLI::IsMember({"inbound", "outbound"}));
  command->add_flag("--aggregate", options->aggregate,
                    "The fewest prefixes that hold the same addresses");
  command
      ->add_option("--fit", options->fit,
                   "At most this many prefixes over all rules; says how many addresses that adds")
      ->check(CLI::PositiveNumber);
  command->add_option("--fit-rule", options->fit_rule, "At most this many prefixes a rule")
      ->check(CLI::PositiveNumber);
  command->add_flag("--verify", options->verify,
                    "Have the target's own checker accept the rules first, if it is installed");
  command->add_option("--since", options->since,
                      "Only what must be added or removed since this earlier data file");
  command->footer(
      "Without --format a table shows what became of each requirement. Network rules hold\n"
      "addresses; hosts are for proxies and application rules.\n\n"
      "Examples:\n"
      "  servicetags require --list\n"
      "  servicetags require azure-machine-learning --region westeurope\n"
      "  servicetags require azure-machine-learning --region westeurope --with hbi_workspace \\\n"
      "    --format nsg-bicep > rules.bicep\n"
      "  servicetags require azure-machine-learning --region westus --since last_week.json");
  command->get_option("--verify")->needs("--format");
  command->callback([&context, options] {
    const bool needs_profile = !options->list;
    if (needs_profile && options->profile.profile.empty()) {
      throw CLI::RequiredError("PROFILE");
    }
    if (needs_profile && options->edition_diff.empty() && options->profile.region.empty()) {
      throw CLI::RequiredError("--region");
    }
    context.command = [&context, options] { return run_require(context, *options); };
  });
}

}  // namespace servicetags::cli
