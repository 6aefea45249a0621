// The profiles that are built into the library, from src/rules/profiles/*.json.
// Tested by: tests/unit/profile_test.cpp
#include <algorithm>

#include "rules/embedded_profiles.hpp"  // made by cmake/embed_profiles.cmake
#include "servicetags/profile.hpp"
#include "support/ascii.hpp"

namespace servicetags {

std::span<const Profile> builtin_profiles() {
  // A test reads each: value() cannot throw in a released build.
  static const std::vector<Profile> profiles = [] {
    std::vector<Profile> parsed;
    parsed.reserve(rules::kEmbeddedProfiles.size());
    for (const std::string_view json : rules::kEmbeddedProfiles) {
      parsed.push_back(parse_profile(json).value());
    }
    std::sort(parsed.begin(), parsed.end(),
              [](const Profile& a, const Profile& b) { return a.name < b.name; });
    return parsed;
  }();
  return profiles;
}

const Profile* find_builtin_profile(std::string_view name) {
  for (const Profile& profile : builtin_profiles()) {
    if (ascii::equal_ignoring_case(profile.name, name)) return &profile;
  }
  return nullptr;
}

}  // namespace servicetags
