// Runs a command for what it prints.
// Tested by: tests/unit/command_test.cpp
#pragma once

#include <chrono>
#include <cstddef>
#include <stop_token>
#include <string>

#include "servicetags/result.hpp"

namespace servicetags::fetch {

/// What the command prints, when it ends with 0. Run by /bin/sh, with no input; its errors
/// go where ours go. It and all it started are killed when its time is over.
/// Errors: io_failed when it cannot be started or fails, too_large, timed_out, cancelled.
///         Neither the command nor its output is in a message.
Result<std::string> run_command(const std::string& command, std::size_t max_bytes,
                                std::chrono::steady_clock::time_point deadline,
                                const std::stop_token& stop);

}  // namespace servicetags::fetch
