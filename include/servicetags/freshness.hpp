/// How old data may be.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "servicetags/cache.hpp"

namespace servicetags {

/// Ages are counted from when the source last said that the data is its current one.
struct FreshnessPolicy {
  std::optional<std::chrono::milliseconds> warn_after = std::chrono::days(14);  ///< absent: never
  std::optional<std::chrono::milliseconds> refuse_after{};                      ///< absent: never
};

enum class Freshness : std::uint8_t { fresh, aging, stale };
/// The enumerator's name. Static storage.
std::string_view to_string(Freshness freshness) noexcept;

/// At the very age the next state begins. A clock that went back makes nothing old.
Freshness judge_age(Timestamp checked_at, Timestamp now, const FreshnessPolicy& policy) noexcept;

/// "3 days", "5 hours", "12 minutes" or "40 seconds": whole ones, rounded down, at least 0.
std::string age_text(Timestamp since, Timestamp now);

}  // namespace servicetags
