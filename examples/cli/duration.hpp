// Durations as people write them: 90s, 15m, 6h, 2d, 250ms.
#pragma once

#include <CLI/CLI.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace servicetags::cli {

using Milliseconds = std::chrono::milliseconds;

/// A whole number and a unit (ms, s, m, h, d); "0" needs none. At most 10,000 days.
/// Absent for anything else.
std::optional<Milliseconds> parse_duration(std::string_view text);

/// An option that takes a duration and says so when it is given something else.
CLI::Option* add_duration(CLI::App& app, const std::string& name, const std::string& help,
                          Milliseconds& value);
CLI::Option* add_duration(CLI::App& app, const std::string& name, const std::string& help,
                          std::optional<Milliseconds>& value);

}  // namespace servicetags::cli
