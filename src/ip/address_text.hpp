// Reading an address just as it is written.
// Tested by: tests/unit/prefix_test.cpp, tests/unit/address_spellings_test.cpp
#pragma once

#include <string_view>

#include "servicetags/address.hpp"

namespace servicetags::ip {

/// parse_address(), but IPv4-mapped IPv6 stays IPv6: how long a prefix of it may be
/// depends on how the address is written.
Result<Address> parse_as_written(std::string_view text);

}  // namespace servicetags::ip
