// Region names that no service tag file holds: those of Azure Resource Manager where
// the file has its own, and display names that cannot be read off a suffix.
// Tested by: tests/unit/region_test.cpp
#pragma once

#include <string>
#include <string_view>

namespace servicetags::snapshot {

/// The Azure Resource Manager name for a file's `region` field where the two differ;
/// empty where they do not. Source: service-tags-overview (2023-01-26) for the first ten,
/// the public file of 2025-10-28 for the rest.
std::string_view known_name(std::string_view published) noexcept;

/// Whether this is the ARM name of a region whose field differs from it.
bool is_known_name(std::string_view name) noexcept;

/// The name as people read it: "FranceCentral" gives "France Central", "EastUS2" gives
/// "East US 2". A suffix without capitals is given back as it is.
std::string display_name(std::string_view suffix);

}  // namespace servicetags::snapshot
