// Allow-lists as JSON: nftables and Azure network security groups.
// Tested by: tests/unit/allow_list_test.cpp
#pragma once

#include <string_view>

#include "servicetags/allow_list.hpp"

namespace servicetags::rules {

/// See parse_allow_list().
Result<AllowList> parse_allow_list_json(std::string_view text);

}  // namespace servicetags::rules
