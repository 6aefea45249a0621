/// From a profile and a snapshot to concrete firewall rules.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "servicetags/address_count.hpp"
#include "servicetags/profile.hpp"
#include "servicetags/snapshot.hpp"

namespace servicetags {

/// What became of a requirement.
enum class RuleStatus : std::uint8_t {
  resolved,         ///< the prefixes are those of the tag asked for
  fallback_global,  ///< the tag is not published for the region: those of the global tag
  not_in_cloud,     ///< not required in this cloud, or the tag is not in its data
  not_published,    ///< Azure publishes no prefixes for the tag anywhere
  condition_off,    ///< its condition does not hold
};
/// The enumerator's name. Static storage.
std::string_view to_string(RuleStatus status) noexcept;

/// A network rule: addresses and ports. `prefixes` is empty unless `status` is resolved
/// or fallback_global.
struct Rule {
  Direction direction = Direction::outbound;
  Protocol protocol = Protocol::tcp;
  std::vector<PortRange> ports;
  std::string requested;  ///< as documented, with the region filled in
  std::string tag;        ///< the published tag that was used; or empty
  std::string purpose;
  std::vector<Prefix> prefixes;  ///< sorted
  RuleStatus status = RuleStatus::resolved;
  std::string reason;                                ///< why not resolved; or empty
  std::optional<std::vector<std::string>> features;  ///< of the tag: where its name may be used
  std::string condition;                             ///< "hbi_workspace", "not x"; or empty

  [[nodiscard]] bool has_prefixes() const noexcept { return !prefixes.empty(); }
};

/// An application rule: a host and ports. Only those that hold are listed.
struct HostRule {
  Direction direction = Direction::outbound;
  Protocol protocol = Protocol::tcp;
  std::vector<PortRange> ports;
  std::string host;  ///< lower case; "*.name" is every name below it
  std::string path;  ///< or empty
  std::string purpose;
};

/// The rules of one edition for one region. A plain value that needs no snapshot.
struct RuleSet {
  std::string profile;
  std::string edition;
  std::optional<Cloud> cloud;
  std::string region;  ///< Azure Resource Manager's name
  std::optional<std::uint64_t> change_number;
  std::vector<Rule> rules;      ///< in the documentation's order
  std::vector<HostRule> hosts;  ///< in the documentation's order
  std::vector<std::string> warnings;
};

struct RuleOptions {
  std::string region;                               ///< any spelling
  std::vector<std::string> with{};                  ///< conditions that hold
  std::vector<std::string> without{};               ///< conditions that do not
  bool paired_region = false;                       ///< add regional rows for the region's pair
  std::map<std::string, std::string> parameters{};  ///< for hosts: {"storage", "myaccount"}
};

/// Resolves every requirement of an edition. Rows never vanish silently: each network
/// requirement gives one rule (two with a paired region), whatever its status.
///
/// A host's parameter without a value becomes "*", with a warning. Broad tags are warned
/// of. Linear.
/// Errors: invalid_argument for a region that the data does not have, or a condition or
/// parameter that the edition does not have, with what could be meant.
Result<RuleSet> make_rules(const Profile& profile, const Edition& edition, const Snapshot& snapshot,
                           const RuleOptions& options);

/// The region that Azure pairs with this one for recovery, by ARM name; empty when it
/// has none. Source: learn.microsoft.com/azure/reliability/cross-region-replication-azure.
std::string_view paired_region(std::string_view region) noexcept;

/// What narrowing a rule set's prefixes did.
struct Narrowed {
  std::size_t before = 0;  ///< prefixes, over all rules
  std::size_t after = 0;
  AddressCount added_v4;
  AddressCount added_v6;
};

/// Each rule's prefixes in the fewest that hold the same addresses.
Narrowed aggregate_rules(RuleSet& rules);

/// Each rule's prefixes widened to at most `max_prefixes`, adding as few addresses as
/// possible; see fit().
/// Errors: invalid_argument when a rule has more families than that.
Result<Narrowed> fit_each_rule(RuleSet& rules, std::size_t max_prefixes);

/// All rules' prefixes together widened to at most `max_prefixes`. Places are shared out
/// in proportion to each rule's prefixes.
/// Errors: invalid_argument when there are more rules and families than places.
Result<Narrowed> fit_all_rules(RuleSet& rules, std::size_t max_prefixes);

}  // namespace servicetags
