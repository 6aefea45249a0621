// Names of the clouds.
// Tested by: tests/unit/tag_test.cpp
#include "servicetags/tag.hpp"

#include "support/ascii.hpp"

namespace servicetags {

std::string_view to_string(Cloud cloud) noexcept {
  switch (cloud) {
    case Cloud::azure_public: return "public";
    case Cloud::usgov: return "usgov";
    case Cloud::china: return "china";
    case Cloud::germany: return "germany";
  }
  return "unknown";
}

std::string_view published_name(Cloud cloud) noexcept {
  switch (cloud) {
    case Cloud::azure_public: return "Public";
    case Cloud::usgov: return "AzureGovernment";
    case Cloud::china: return "China";
    case Cloud::germany: return "AzureGermany";
  }
  return "unknown";
}

Result<Cloud> parse_cloud(std::string_view name) {
  for (const Cloud cloud : {Cloud::azure_public, Cloud::usgov, Cloud::china, Cloud::germany}) {
    if (ascii::equal_ignoring_case(name, to_string(cloud)) ||
        ascii::equal_ignoring_case(name, published_name(cloud))) {
      return cloud;
    }
  }
  return Error{Errc::invalid_argument,
               "unknown cloud " + ascii::quoted(name) +
                   ": expected public, usgov (AzureGovernment), china or germany (AzureGermany)",
               {},
               {}};
}

}  // namespace servicetags
