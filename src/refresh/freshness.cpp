// Tested by: tests/unit/freshness_test.cpp
#include "servicetags/freshness.hpp"

#include <algorithm>

namespace servicetags {

std::string_view to_string(Freshness freshness) noexcept {
  switch (freshness) {
    case Freshness::fresh: return "fresh";
    case Freshness::aging: return "aging";
    case Freshness::stale: return "stale";
  }
  return "";
}

Freshness judge_age(Timestamp checked_at, Timestamp now, const FreshnessPolicy& policy) noexcept {
  const auto age = std::max(now - checked_at, std::chrono::milliseconds::zero());
  if (policy.refuse_after && age >= *policy.refuse_after) return Freshness::stale;
  if (policy.warn_after && age >= *policy.warn_after) return Freshness::aging;
  return Freshness::fresh;
}

std::string age_text(Timestamp since, Timestamp now) {
  using namespace std::chrono_literals;
  const auto age = std::max(now - since, std::chrono::milliseconds::zero());
  const auto text = [](long long count, const char* unit) {
    return std::to_string(count) + " " + unit + (count == 1 ? "" : "s");
  };
  if (age >= 48h) return text(std::chrono::floor<std::chrono::days>(age).count(), "day");
  if (age >= 1h) return text(std::chrono::floor<std::chrono::hours>(age).count(), "hour");
  if (age >= 1min) return text(std::chrono::floor<std::chrono::minutes>(age).count(), "minute");
  return text(std::chrono::floor<std::chrono::seconds>(age).count(), "second");
}

}  // namespace servicetags
