/// Rules as text that firewalls and tools load.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "servicetags/rules.hpp"

namespace servicetags {

/// One target that rules can be written for. Static storage.
struct RuleFormat {
  std::string_view name;    ///< as `--format` takes it, e.g. "nftables"
  std::string_view target;  ///< who reads it, in a phrase
  std::string_view limits;  ///< what is split or refused, in a phrase; or empty
};

/// All formats, sorted by name.
std::span<const RuleFormat> rule_formats() noexcept;

struct WriteOptions {
  /// Begins the names of tables, sets and objects: 1 to 12 letters, digits and hyphens,
  /// a letter first.
  std::string name = "azure";
  /// Only the rules of one direction; absent: both.
  std::optional<Direction> direction{};
};

/// Writes rules in one format, for a person to review and a tool to load.
///
/// Output: the same bytes for the same rules, on any machine. Only rules with prefixes
///         are written, addresses always as canonical numbers. Where the format has
///         comments they carry tag, purpose, edition and data version. Hosts are written
///         only for targets that match names; elsewhere a comment counts them, since a
///         packet filter given a name would look it up once and keep that answer.
/// Errors: invalid_argument for a format or name that is not known, and for rules with
///         names, hosts or ports that cannot be any; not_expressible when the target's
///         limits or language cannot hold the rules: nothing is cut off.
Result<std::string> write_rules(const RuleSet& rules, std::string_view format,
                                const WriteOptions& options = {});

}  // namespace servicetags
