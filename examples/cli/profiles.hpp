// The options that name a profile and the facts it depends on.
#pragma once

#include <string>
#include <vector>

#include "context.hpp"
#include "servicetags/rules.hpp"

namespace servicetags::cli {

struct ProfileOptions {
  std::string profile;  ///< a built-in name, or the path of a profile of one's own
  std::string edition;
  std::string region;
  std::vector<std::string> with;
  std::vector<std::string> without;
  std::vector<std::string> parameters;  ///< NAME=VALUE
  bool paired_region = false;
};

/// Adds PROFILE, or --profile when it is an option, and the rest.
void add_profile_options(CLI::App& command, ProfileOptions& options, bool profile_as_option);

/// A built-in profile by name, else the one in a file of that name.
/// Errors: invalid_argument, listing the names; those of reading and parsing the file.
Result<Profile> find_profile(const std::string& name);
/// Errors: invalid_argument, listing the editions. The edition lives as long as the profile.
Result<const Edition*> find_edition(const Profile& profile, const std::string& edition);

/// The rules that the options ask for.
Result<RuleSet> make_profile_rules(const ProfileOptions& options, const Snapshot& snapshot);

}  // namespace servicetags::cli
