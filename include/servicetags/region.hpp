/// Azure regions, in all the ways they are spelled.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace servicetags {

/// One region of a snapshot. A plain value.
///
/// Service tag files spell a region in up to three ways, and people in a fourth:
///
///     name         francecentral    Azure Resource Manager, the Azure CLI
///     published    centralfrance    the `region` field, and AzureCloud's suffix
///     suffix       FranceCentral    as in Storage.FranceCentral
///     display      France Central   portal and documentation
struct Region {
  std::string name;
  std::string display;
  std::string published;
  std::string suffix;
  std::size_t tag_count = 0;  ///< regional tags of this region

  friend bool operator==(const Region&, const Region&) = default;
};

/// A spelling reduced to what identifies a region: lower case, without blanks, hyphens
/// and underscores. "France Central" and "france-central" both give "francecentral".
std::string region_key(std::string_view spelling);

}  // namespace servicetags
