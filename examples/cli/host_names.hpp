// Host names: what one is, and which addresses it has.
#pragma once

#include <string_view>
#include <vector>

#include "servicetags/address.hpp"

namespace servicetags::cli {

/// Whether a text can only be meant as a host name: labels of letters, digits and hyphens
/// (RFC 1123), the last of which no resolver would take for part of a number. So
/// "1.2.3.999", "0x7f.1" and "222444663" are not: they are addresses gone wrong.
bool looks_like_host(std::string_view text) noexcept;

/// Asks the system's resolver; sorted, without repeats. Blocks.
/// Errors: host_not_found.
Result<std::vector<Address>> resolve_host(std::string_view name);

}  // namespace servicetags::cli
