/// What new data must be like to replace the old.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "servicetags/snapshot.hpp"

namespace servicetags {

/// How much may be lost at once. Shares are of what the old data has, from 0 to 1.
///
/// Over 789 weekly steps of four clouds (2019 to 2026) the worst lost 4.1 % of the prefixes
/// and 13.7 % of the tags; a refresh that loses far more is an accident.
struct GatePolicy {
  double max_prefix_loss = 0.20;  ///< over all tags; as much for each family
  double max_tag_loss = 0.25;
  double max_watched_loss = 0.50;      ///< of one watched tag's prefixes
  std::vector<std::string> watched{};  ///< published names; one that vanishes is refused
  bool allow_rollback = false;         ///< to a lower change number of an older date
};

/// What is known of data beside its content.
struct DataOrigin {
  std::string source;
  std::optional<std::chrono::sys_days> published;  ///< its date, if its name or source tells
};

struct GateReport {
  std::vector<std::string> reasons;   ///< why it is refused; empty: it is not
  std::vector<std::string> warnings;  ///< odd, yet accepted
  bool rollback = false;              ///< older data is among the reasons

  [[nodiscard]] bool accepted() const noexcept { return reasons.empty(); }
};

/// Judges new data by the old. Linear.
///
/// A lower change number alone is a warning: real ones have gone back over newer content.
/// Together with an older date of the same source it is a rollback.
GateReport judge(const Snapshot& before, const DataOrigin& origin_before, const Snapshot& after,
                 const DataOrigin& origin_after, const GatePolicy& policy);

/// The day in a published file's name, such as ServiceTags_Public_20251028.json, whatever
/// its folder and what follows the day.
std::optional<std::chrono::sys_days> published_day(std::string_view file_name);

}  // namespace servicetags
