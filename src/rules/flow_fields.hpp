// The words that flow logs use, in JSON's tuples and in CSV's columns alike.
// Tested by: tests/unit/flow_log_test.cpp
#pragma once

#include <optional>
#include <string_view>

#include "servicetags/flow_log.hpp"

namespace servicetags::rules {

/// One entry as text. Empty: the log does not say.
struct FlowFields {
  std::string_view source;
  std::string_view destination;
  std::string_view port;
  std::string_view protocol;
  std::string_view direction;
  std::string_view action;
};

/// Adds the entry to the log, or counts it as left out.
/// Errors: invalid_address, invalid_argument, without a place.
Result<void> add_flow(const FlowFields& fields, FlowLog& log);

/// The JSON forms; see parse_flow_log().
Result<FlowLog> parse_flow_log_json(std::string_view text);

}  // namespace servicetags::rules
