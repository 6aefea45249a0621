// Names of tags outside the file: what documentation calls them, which are never
// published, and which published names look like a mistyped one.
// Tested by: tests/unit/resolve_test.cpp
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "servicetags/snapshot.hpp"

namespace servicetags::snapshot {

/// The published name for a documented one: "KeyVault" gives "AzureKeyVault",
/// "Frontdoor.FirstParty" gives "AzureFrontDoor.FirstParty". Empty when none is known.
std::string documented_alias(std::string_view name);

/// What a tag without published prefixes stands for; empty for other names.
std::string_view never_published(std::string_view name) noexcept;

/// Published names to try instead, best first, at most five.
std::vector<std::string> similar_tags(const Snapshot& snapshot, std::string_view name);
/// The same for regions.
std::vector<std::string> similar_regions(const Snapshot& snapshot, std::string_view spelling);

}  // namespace servicetags::snapshot
