// servicetags explain: why an address is what it is.
#include <utility>

#include "context.hpp"
#include "json_text.hpp"
#include "profiles.hpp"
#include "servicetags/check.hpp"

namespace servicetags::cli {
namespace {

struct ExplainOptions {
  std::string flow;
  ProfileOptions profile;
};

std::string rule_text(const Rule& rule) {
  return std::string(to_string(rule.direction)) + " " + std::string(to_string(rule.protocol)) +
         " " + to_string(rule.ports) + " " + rule.requested + ": " + rule.purpose;
}

std::string explained_json(const ExplainOptions& options, const Matches& matches,
                           const RuleSet* rules, const std::vector<std::size_t>& serving) {
  JsonArray tags;
  for (const Match& match : matches) {
    tags.add(JsonObject()
                 .add_text("tag", match.tag->name)
                 .add_text("prefix", to_string(match.prefix))
                 .text());
  }
  JsonObject object;
  object.add_text("flow", options.flow).add("matches", tags.text());
  if (rules == nullptr) return object.text();
  JsonArray rows;
  for (const std::size_t i : serving) {
    const Rule& rule = rules->rules[i];
    rows.add(JsonObject()
                 .add_text("rule", rule_text(rule))
                 .add_text("tag", rule.tag)
                 .add_text("status", to_string(rule.status))
                 .text());
  }
  return object.add("requirements", rows.text()).text();
}

int run_explain(Context& context, const ExplainOptions& options) {
  auto flow = parse_flow(options.flow);
  if (!flow) return fail(context, flow.error());
  auto data = load_data(context);
  if (!data) return fail(context, data.error());
  const Matches matches = data->snapshot->lookup(flow->remote);
  std::optional<RuleSet> rules;
  std::vector<std::size_t> serving;
  if (!options.profile.profile.empty()) {
    auto made = make_profile_rules(options.profile, *data->snapshot);
    if (!made) return fail(context, made.error());
    rules = *std::move(made);
    serving = rules_for(*rules, *flow);
  }
  Output& out = context.out;
  const Format format = context.format_or(Format::table);
  if (format == Format::json || format == Format::jsonl) {
    out.line(explained_json(options, matches, rules ? &*rules : nullptr, serving));
  } else {
    if (matches.empty()) out.line(to_string(flow->remote) + " is in no service tag");
    for (const Match& match : matches) {
      out.line(to_string(flow->remote) + " is in " + match.tag->name + " by " +
               to_string(match.prefix));
    }
    for (const std::size_t i : serving) {
      out.line("serves " + rule_text(rules->rules[i]) + " (" +
               std::string(to_string(rules->rules[i].status)) + ")");
    }
    if (rules && serving.empty()) out.line("no requirement of " + rules->profile + " asks for it");
  }
  const bool found = rules ? !serving.empty() : !matches.empty();
  return found ? kDone : kNothing;
}

}  // namespace

void add_explain(CLI::App& app, Context& context) {
  CLI::App* command = app.add_subcommand(
      "explain", "The tags of an address, and the requirements that a flow to it serves");
  auto options = std::make_shared<ExplainOptions>();
  command
      ->add_option("ADDRESS[:PORT]", options->flow, "The remote address; IPv6 in [ ] with a port")
      ->required();
  add_profile_options(*command, options->profile, true);
  command->footer(
      "Examples:\n"
      "  servicetags explain 20.38.98.100\n"
      "  servicetags explain 20.38.98.100:443 --profile azure-machine-learning --region westus");
  command->callback([&context, options] {
    if (!options->profile.profile.empty() && options->profile.region.empty()) {
      throw CLI::RequiredError("--region");
    }
    context.command = [&context, options] { return run_explain(context, *options); };
  });
}

}  // namespace servicetags::cli
