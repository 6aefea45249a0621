/// Flows that a network watched, read from its log.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "servicetags/address.hpp"
#include "servicetags/profile.hpp"
#include "servicetags/result.hpp"

namespace servicetags {

/// One entry of a log: who is at the far end of the watched network, and whether the
/// flow was let through.
struct LoggedFlow {
  Address remote;  ///< the destination of an outbound flow, the source of an inbound one
  Direction direction = Direction::outbound;
  Protocol protocol = Protocol::tcp;  ///< tcp or udp
  std::uint16_t port = 0;             ///< of the destination
  bool denied = false;

  friend bool operator==(const LoggedFlow&, const LoggedFlow&) = default;
};

/// A flow log. A plain value.
struct FlowLog {
  std::vector<LoggedFlow> flows;  ///< in the order of the text, repeats kept
  std::size_t left_out = 0;       ///< entries of other protocols than TCP and UDP
};

/// Reads a flow log and finds out its form by itself.
///
/// Input:  the JSON of Azure's network security group flow logs (versions 1 and 2) and of
///         its virtual network flow logs (version 4), as the storage account holds it; or
///         CSV (RFC 4180) whose first line names the columns. Of these count `destination`
///         (also dst, dest_ip, destination address ...), `port` (dst_port, dest port ...),
///         and if present `protocol` (tcp, T, 6; else tcp), `direction` (outbound, O,
///         egress; else outbound), `source`, needed for inbound flows, and `action`
///         (also decision, status; allow, A, accept, deny, D, drop, reject). Case, spaces,
///         `_` and `-` in a column's name do not matter.
/// Errors: malformed_json; unexpected_shape for text that holds no log; invalid_address or
///         invalid_argument for the first entry that cannot be read, `where` "line 3" or a
///         JSON pointer.
/// Source: learn.microsoft.com/azure/network-watcher, nsg-flow-logs-overview and
///         vnet-flow-logs-overview (2025).
Result<FlowLog> parse_flow_log(std::string_view text);

}  // namespace servicetags
