/// Rules against what a firewall does: gaps, excess, single flows, and change.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "servicetags/allow_list.hpp"
#include "servicetags/flow_log.hpp"
#include "servicetags/prefix_set.hpp"
#include "servicetags/rules.hpp"

namespace servicetags {

/// Required addresses that an allow-list does not let through on some ports.
struct Gap {
  std::size_t rule = 0;  ///< in RuleSet::rules
  Protocol protocol = Protocol::tcp;
  std::vector<PortRange> ports;
  PrefixSet missing;
};

/// Addresses that an entry of an allow-list lets through and no rule asks for.
struct Excess {
  std::size_t entry = 0;  ///< in AllowList::entries
  PrefixSet addresses;
};

struct CheckReport {
  std::vector<Gap> gaps;          ///< in the order of the rules
  std::vector<Excess> excess;     ///< in the order of the entries
  std::size_t rules_checked = 0;  ///< rules with prefixes

  [[nodiscard]] bool is_complete() const noexcept { return gaps.empty(); }
};

/// Compares an allow-list with rules, by address, direction, protocol and port.
///
/// Excess is by address alone: an entry that lets a required address through on more
/// ports than asked for is not listed.
CheckReport check(const RuleSet& rules, const AllowList& allowed);

/// The rules that a flow serves: the remote side's address, the destination port.
/// Absent parts match any. Places in RuleSet::rules, ascending.
struct Flow {
  Address remote;
  std::optional<std::uint16_t> port;
  std::optional<Protocol> protocol;
  std::optional<Direction> direction;
};
std::vector<std::size_t> rules_for(const RuleSet& rules, const Flow& flow);

/// Reads "192.0.2.1:443", "[2001:db8::1]:443", or an address alone.
/// Errors: those of parse_address(); invalid_argument for what is no port.
Result<Flow> parse_flow(std::string_view text);

/// What rules say about a logged flow.
enum class FlowKind : std::uint8_t {
  explained,    ///< let through, and a rule asks for it
  blocked,      ///< denied, though a rule asks for it
  unexplained,  ///< let through, and no rule asks for it
  denied,       ///< denied, and no rule asks for it
  internal,     ///< the far end is a private address, which service tags do not hold
};
/// The enumerator's name. Static storage.
std::string_view to_string(FlowKind kind) noexcept;

/// All equal entries of a flow log.
struct FlowFinding {
  FlowKind kind = FlowKind::internal;
  LoggedFlow flow;
  std::size_t entries = 0;         ///< how often the log has it
  std::vector<std::size_t> rules;  ///< in RuleSet::rules, that ask for it
};

/// Compares what a network did with what rules ask for.
///
/// Order: by kind as above, direction, address, port, protocol. Hosts are not compared:
/// a flow to one shows as unexplained unless a rule's prefixes hold its address.
/// Private addresses are those of RFC 1918, 6598, 3927, 4193, 4291 (link-local, loopback).
/// O((flows + prefixes) log) and as much memory as the log.
std::vector<FlowFinding> check_flows(const RuleSet& rules, const FlowLog& log);

/// What must change in a firewall between two rule sets: for a rule of the same
/// direction, protocol, ports and requested tag, addresses to add and to remove.
struct RuleChange {
  Rule rule;  ///< of the newer set; of the older, when the newer has none; no prefixes
  PrefixSet added;
  PrefixSet removed;
};
/// Rules without a change are left out. Order: of the newer set, then what is gone.
std::vector<RuleChange> diff_rules(const RuleSet& before, const RuleSet& after);

}  // namespace servicetags
