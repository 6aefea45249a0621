// From requirements to rules, row by row.
// Tested by: tests/unit/rules_test.cpp, tests/checks/rules_python.py
#include <algorithm>
#include <set>
#include <utility>

#include "rules/names.hpp"
#include "servicetags/resolve.hpp"
#include "servicetags/rules.hpp"
#include "support/ascii.hpp"

namespace servicetags {

std::string_view to_string(RuleStatus status) noexcept {
  switch (status) {
    case RuleStatus::resolved: return "resolved";
    case RuleStatus::fallback_global: return "fallback_global";
    case RuleStatus::not_in_cloud: return "not_in_cloud";
    case RuleStatus::not_published: return "not_published";
    case RuleStatus::condition_off: return "condition_off";
  }
  return "unknown";
}

namespace {

constexpr std::string_view kRegionSuffix = ".{region}";

Error invalid(std::string message) { return {Errc::invalid_argument, std::move(message), {}, {}}; }

std::string listed(const std::vector<std::string>& names) {
  if (names.empty()) return "none";
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

/// Which conditions hold: the edition's defaults, then what was asked for.
Result<std::set<std::string>> conditions_that_hold(const Edition& edition,
                                                   const RuleOptions& options) {
  std::set<std::string> holding;
  std::vector<std::string> known;
  for (const Condition& condition : edition.conditions) {
    known.push_back(condition.name);
    if (condition.holds_by_default) holding.insert(condition.name);
  }
  const auto unknown = [&](const std::string& name) {
    return std::find(known.begin(), known.end(), name) == known.end();
  };
  for (const auto& [names, holds] : {std::pair(&options.with, true), {&options.without, false}}) {
    for (const std::string& name : *names) {
      if (unknown(name)) {
        return invalid("edition " + edition.name + " has no condition " + ascii::quoted(name) +
                       "; it has " + listed(known));
      }
      if (holds) holding.insert(name);
      if (!holds) holding.erase(name);
    }
  }
  return holding;
}

/// The names in braces that an edition's hosts have, but for the region.
std::set<std::string> parameters_of(const Edition& edition) {
  std::set<std::string> names;
  for (const Requirement& row : edition.requirements) {
    for (auto open = row.host.find('{'); open != std::string::npos;
         open = row.host.find('{', open + 1)) {
      names.insert(row.host.substr(open + 1, row.host.find('}', open) - open - 1));
    }
  }
  names.erase("region");
  return names;
}

Result<void> check_parameters(const Edition& edition, const RuleOptions& options) {
  const std::set<std::string> known = parameters_of(edition);
  for (const auto& [name, value] : options.parameters) {
    if (!known.contains(name)) {
      return invalid("edition " + edition.name + " has no parameter " + ascii::quoted(name) +
                     "; it has " + listed({known.begin(), known.end()}));
    }
    if (!rules::is_label(value)) {
      return invalid("parameter " + name + " must be letters, digits and hyphens, found " +
                     ascii::quoted(value));
    }
  }
  return {};
}

class RuleMaker {
 public:
  RuleMaker(const Snapshot& snapshot, const RuleOptions& options, std::set<std::string> holding,
            RuleSet& out)
      : snapshot_(snapshot), options_(options), holding_(std::move(holding)), out_(out) {}

  void add(const Requirement& row, const std::string& paired) {
    if (row.tag.empty()) return add_host(row);
    add_rule(row, out_.region);
    const bool regional = row.tag.ends_with(kRegionSuffix);
    if (regional && !paired.empty()) add_rule(row, paired);
  }

  void add(const Note& note) {
    if (holds(note.when)) warn(note.text);
  }

 private:
  [[nodiscard]] bool holds(const When& when) const {
    return when.condition.empty() || holding_.contains(when.condition) != when.negated;
  }

  [[nodiscard]] bool in_cloud(const Requirement& row) const {
    // Data that does not say its cloud is taken for the public one, with a warning.
    const Cloud cloud = out_.cloud.value_or(Cloud::azure_public);
    return row.clouds.empty() ||
           std::find(row.clouds.begin(), row.clouds.end(), cloud) != row.clouds.end();
  }

  void warn(std::string text) {
    if (std::find(out_.warnings.begin(), out_.warnings.end(), text) == out_.warnings.end()) {
      out_.warnings.push_back(std::move(text));
    }
  }

  void add_rule(const Requirement& row, const std::string& region) {
    Rule rule;
    rule.direction = row.direction;
    rule.protocol = row.protocol;
    rule.ports = row.ports;
    rule.purpose = row.purpose;
    rule.requested = row.tag;
    const bool regional = row.tag.ends_with(kRegionSuffix);
    if (regional) {
      rule.requested.resize(row.tag.size() - kRegionSuffix.size());
      rule.requested += "." + region;
    }
    if (!row.when.condition.empty()) {
      rule.condition = (row.when.negated ? "not " : "") + row.when.condition;
    }
    if (!in_cloud(row)) {
      off(rule, RuleStatus::not_in_cloud, "not required in this cloud");
    } else if (!holds(row.when)) {
      off(rule, RuleStatus::condition_off, "condition " + rule.condition + " does not hold");
    } else {
      fill(rule, regional);
    }
    out_.rules.push_back(std::move(rule));
  }

  static void off(Rule& rule, RuleStatus status, std::string reason) {
    rule.status = status;
    rule.reason = std::move(reason);
  }

  /// Finds the tag and takes its prefixes.
  void fill(Rule& rule, bool regional) {
    TagResolution found = resolve_tag(snapshot_, rule.requested);
    const bool usable = found.tag != nullptr && !found.tag->prefixes.empty();
    if (!usable && regional) {
      const std::string base = rule.requested.substr(0, rule.requested.rfind('.'));
      TagResolution global = resolve_tag(snapshot_, base);
      if (global.tag != nullptr && !global.tag->prefixes.empty()) {
        off(rule, RuleStatus::fallback_global,
            rule.requested + " is not published; the global tag " + global.tag->name +
                " is used instead");
        warn(rule.reason);
        return take(rule, *global.tag);
      }
      found = std::move(global);
    }
    if (found.tag == nullptr || found.tag->prefixes.empty()) return explain_missing(rule, found);
    if (found.how == Resolved::renamed) rule.reason = found.message;
    take(rule, *found.tag);
  }

  void take(Rule& rule, const Tag& tag) {
    rule.tag = tag.name;
    rule.prefixes = tag.prefixes;
    rule.features = tag.features;
    warn_if_broad(rule, tag);
  }

  void explain_missing(Rule& rule, const TagResolution& found) {
    if (found.how == Resolved::not_published) {
      off(rule, RuleStatus::not_published, found.message);
    } else if (found.tag != nullptr) {
      off(rule, RuleStatus::not_published, found.tag->name + " is published without prefixes");
    } else {
      off(rule, RuleStatus::not_in_cloud,
          "the tag " + rule.requested + " is not in this cloud's data");
    }
    warn("no addresses for " + rule.requested + ": " + rule.reason);
  }

  void warn_if_broad(const Rule& rule, const Tag& tag) {
    const std::string base = tag.name.substr(0, tag.name.find('.'));
    if (base == "AzureCloud") {
      warn(tag.name + " holds the addresses of every Azure customer, not only of Azure's services");
    }
    if (base == "Storage" && rule.direction == Direction::outbound) {
      warn(tag.name +
           " reaches every storage account there, also those of others: data can leave through "
           "it; a service endpoint policy or private endpoints close that way");
    }
  }

  void add_host(const Requirement& row) {
    if (!in_cloud(row) || !holds(row.when)) return;
    HostRule rule;
    rule.direction = row.direction;
    rule.protocol = row.protocol;
    rule.ports = row.ports;
    rule.path = row.path;
    rule.purpose = row.purpose;
    rule.host = fill_parameters(row.host);
    out_.hosts.push_back(std::move(rule));
  }

  /// A label whose parameter has no value becomes "*": every name there.
  std::string fill_parameters(std::string host) {
    for (auto open = host.find('{'); open != std::string::npos; open = host.find('{')) {
      const auto close = host.find('}', open);
      const std::string name = host.substr(open + 1, close - open - 1);
      const auto given = options_.parameters.find(name);
      std::string value = "*";
      if (name == "region") {
        value = out_.region;
      } else if (given != options_.parameters.end()) {
        value = ascii::to_lower(given->second);
      } else {
        warn("no value for " + name + " in " + host + ": every name is allowed there");
      }
      host.replace(open, close - open + 1, value);
    }
    return host;
  }

  const Snapshot& snapshot_;
  const RuleOptions& options_;
  std::set<std::string> holding_;
  RuleSet& out_;
};

/// The region by any spelling, or what could be meant.
Result<const Region*> find_region(const Snapshot& snapshot, const std::string& spelling) {
  if (const Region* region = snapshot.find_region(spelling)) return region;
  std::vector<std::string> names;
  for (const Region& region : snapshot.regions()) names.push_back(region.name);
  return invalid("no region " + ascii::quoted(spelling) + " in this data; it has " + listed(names));
}

}  // namespace

Result<RuleSet> make_rules(const Profile& profile, const Edition& edition, const Snapshot& snapshot,
                           const RuleOptions& options) {
  auto region = find_region(snapshot, options.region);
  if (!region) return std::move(region).error();
  auto holding = conditions_that_hold(edition, options);
  if (!holding) return std::move(holding).error();
  if (auto checked = check_parameters(edition, options); !checked) {
    return std::move(checked).error();
  }
  RuleSet rules;
  rules.profile = profile.name;
  rules.edition = edition.name;
  rules.cloud = snapshot.info().cloud;
  rules.region = (*region)->name;
  rules.change_number = snapshot.info().change_number;
  if (!rules.cloud) rules.warnings.emplace_back("the data does not say its cloud; taken as public");

  std::string paired;
  if (options.paired_region) {
    paired = paired_region(rules.region);
    if (paired.empty()) rules.warnings.push_back(rules.region + " has no paired region");
  }
  RuleMaker maker(snapshot, options, *std::move(holding), rules);
  for (const Requirement& row : edition.requirements) maker.add(row, paired);
  for (const Note& note : edition.notes) maker.add(note);
  return rules;
}

}  // namespace servicetags
