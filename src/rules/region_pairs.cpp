// Tested by: tests/unit/rules_test.cpp
#include <array>
#include <utility>

#include "servicetags/rules.hpp"

namespace servicetags {
namespace {

using Pair = std::pair<std::string_view, std::string_view>;

// Region and its pair. Most pair both ways; the last ones do not.
constexpr std::array<Pair, 27> kBothWays{{
    {"australiacentral", "australiacentral2"},
    {"australiaeast", "australiasoutheast"},
    {"canadacentral", "canadaeast"},
    {"centralindia", "southindia"},
    {"centralus", "eastus2"},
    {"chinaeast", "chinanorth"},
    {"chinaeast2", "chinanorth2"},
    {"chinaeast3", "chinanorth3"},
    {"eastasia", "southeastasia"},
    {"eastus", "westus"},
    {"francecentral", "francesouth"},
    {"germanycentral", "germanynortheast"},
    {"germanywestcentral", "germanynorth"},
    {"japaneast", "japanwest"},
    {"jioindiacentral", "jioindiawest"},
    {"koreacentral", "koreasouth"},
    {"northcentralus", "southcentralus"},
    {"northeurope", "westeurope"},
    {"norwayeast", "norwaywest"},
    {"southafricanorth", "southafricawest"},
    {"swedencentral", "swedensouth"},
    {"switzerlandnorth", "switzerlandwest"},
    {"uaenorth", "uaecentral"},
    {"uksouth", "ukwest"},
    {"usdodcentral", "usdodeast"},
    {"usgovarizona", "usgovtexas"},
    {"westus2", "westcentralus"},
}};
constexpr std::array<Pair, 5> kOneWay{{
    {"brazilsouth", "southcentralus"},
    {"brazilsoutheast", "brazilsouth"},
    {"usgovvirginia", "usgovtexas"},
    {"westindia", "southindia"},
    {"westus3", "eastus"},
}};

}  // namespace

std::string_view paired_region(std::string_view region) noexcept {
  for (const auto& [one, other] : kBothWays) {
    if (one == region) return other;
    if (other == region) return one;
  }
  for (const auto& [from, to] : kOneWay) {
    if (from == region) return to;
  }
  return {};
}

}  // namespace servicetags
