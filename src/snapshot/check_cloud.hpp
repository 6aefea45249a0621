// Whether data is of the cloud that was asked for.
// Tested by: tests/unit/snapshot_test.cpp, tests/unit/compiled_test.cpp
#pragma once

#include <optional>
#include <string>

#include "servicetags/result.hpp"
#include "servicetags/tag.hpp"

namespace servicetags::snapshot {

/// Data that does not say its cloud is taken at the caller's word: it then is of `wanted`.
/// Errors: wrong_cloud.
inline Result<void> check_cloud(std::optional<Cloud>& cloud, std::optional<Cloud> wanted) {
  if (!wanted) return {};
  if (!cloud) cloud = wanted;
  if (*cloud == *wanted) return {};
  return Error{Errc::wrong_cloud,
               "the data is of cloud " + std::string(to_string(*cloud)) + ", not of " +
                   std::string(to_string(*wanted)) + " as asked for; give that cloud's file",
               "#/cloud",
               {}};
}

}  // namespace servicetags::snapshot
