#include "profiles.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <utility>

namespace servicetags::cli {
namespace {

Error invalid(std::string message) { return {Errc::invalid_argument, std::move(message), {}, {}}; }

Result<Profile> read_profile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  if (!file) return Error{Errc::io_failed, "the file cannot be read", path, {}};
  auto profile = parse_profile(text);
  if (profile) return profile;
  Error error = std::move(profile).error();
  error.where.insert(0, path);
  return error;
}

}  // namespace

void add_profile_options(CLI::App& command, ProfileOptions& options, bool profile_as_option) {
  command.add_option(profile_as_option ? "--profile" : "PROFILE", options.profile,
                     "A built-in profile (see 'servicetags require --list'), or a file");
  command.add_option("--edition", options.edition, "Its edition; the latest unless given");
  command.add_option("--region", options.region, "The region, however spelled");
  command.add_option("--with", options.with, "A condition that holds; may be repeated")
      ->allow_extra_args(false);
  command.add_option("--without", options.without, "A condition that does not hold")
      ->allow_extra_args(false);
  command
      .add_option("--set", options.parameters,
                  "A value for a host's parameter, such as storage=myaccount")
      ->allow_extra_args(false);
  command.add_flag("--paired-region", options.paired_region,
                   "Add the regional rules of the paired region");
}

Result<Profile> find_profile(const std::string& name) {
  if (const Profile* builtin = find_builtin_profile(name)) return *builtin;
  std::error_code missing;
  if (std::filesystem::is_regular_file(name, missing)) return read_profile(name);
  std::string names;
  for (const Profile& profile : builtin_profiles()) {
    names += (names.empty() ? "" : ", ") + profile.name;
  }
  return invalid("no profile and no file '" + name + "'; built in: " + names);
}

Result<const Edition*> find_edition(const Profile& profile, const std::string& edition) {
  if (const Edition* found = profile.find_edition(edition)) return found;
  std::string names;
  for (const Edition& known : profile.editions) names += (names.empty() ? "" : ", ") + known.name;
  return invalid("profile " + profile.name + " has no edition '" + edition + "'; it has " + names);
}

Result<RuleSet> make_profile_rules(const ProfileOptions& options, const Snapshot& snapshot) {
  auto profile = find_profile(options.profile);
  if (!profile) return std::move(profile).error();
  auto edition = find_edition(*profile, options.edition);
  if (!edition) return std::move(edition).error();
  RuleOptions rule_options;
  rule_options.region = options.region;
  rule_options.with = options.with;
  rule_options.without = options.without;
  rule_options.paired_region = options.paired_region;
  for (const std::string& parameter : options.parameters) {
    const auto equals = parameter.find('=');
    if (equals == std::string::npos) return invalid("expected NAME=VALUE, found " + parameter);
    rule_options.parameters[parameter.substr(0, equals)] = parameter.substr(equals + 1);
  }
  return make_rules(*profile, **edition, snapshot, rule_options);
}

}  // namespace servicetags::cli
