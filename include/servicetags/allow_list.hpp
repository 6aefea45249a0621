/// What a firewall lets through, read from what it can print.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "servicetags/prefix.hpp"
#include "servicetags/profile.hpp"
#include "servicetags/result.hpp"

namespace servicetags {

/// Addresses that are let through, perhaps for one direction, protocol or some ports only.
struct AllowEntry {
  AddressRange addresses;
  std::optional<Direction> direction;  ///< absent: both
  Protocol protocol = Protocol::any;
  std::vector<PortRange> ports;  ///< empty: all
  std::string where;             ///< "line 3", or a JSON pointer
};

/// An allow-list. A plain value.
struct AllowList {
  std::vector<AllowEntry> entries;
  std::vector<std::string> warnings;  ///< what was passed over, and why
};

/// Reads an allow-list and finds out its form by itself.
///
/// Input:  lines of `ADDRESSES [tcp|udp|any] [PORTS]`, where ADDRESSES is an address, a
///         CIDR prefix or `first-last`, and PORTS is like "80,443,8000-8010"; `#` begins a
///         comment. The output of `ipset save`. The JSON of `nft -j list ruleset`, of
///         which the elements of address sets count. The JSON of a network security
///         group (ARM template, `az network nsg show`), of which Allow rules with
///         addresses count.
/// Output: entries in the order of the text. What cannot be judged by addresses, such as
///         a rule by tag name, is left out with a warning.
/// Errors: the first line that is none of this: invalid_address, invalid_prefix,
///         host_bits_set, invalid_range or invalid_argument, `where` "line 3"; for JSON
///         malformed_json or unexpected_shape.
Result<AllowList> parse_allow_list(std::string_view text);

}  // namespace servicetags
