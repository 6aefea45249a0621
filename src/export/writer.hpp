// What the writers of all formats share. Each format has a source of its own.
// Tested by: tests/unit/export_test.cpp, export_limits_test.cpp, export_hostile_test.cpp
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "servicetags/export.hpp"

namespace servicetags::writers {

using Write = Result<std::string> (*)(const RuleSet& rules, const WriteOptions& options);

// One for each format, by its name.
Result<std::string> write_aws_prefix_list(const RuleSet& rules, const WriteOptions& options);
Result<std::string> write_azure_ip_groups(const RuleSet& rules, const WriteOptions& options);
Result<std::string> write_cilium(const RuleSet& rules, const WriteOptions& options);
Result<std::string> write_cisco_asa(const RuleSet& rules, const WriteOptions& options);
Result<std::string> write_csv(const RuleSet& rules, const WriteOptions& options);
Result<std::string> write_fortigate(const RuleSet& rules, const WriteOptions& options);
Result<std::string> write_haproxy(const RuleSet& rules, const WriteOptions& options);
Result<std::string> write_ip6tables(const RuleSet& rules, const WriteOptions& options);
Result<std::string> write_ipset(const RuleSet& rules, const WriteOptions& options);
Result<std::string> write_iptables(const RuleSet& rules, const WriteOptions& options);
Result<std::string> write_json(const RuleSet& rules, const WriteOptions& options);
Result<std::string> write_kubernetes(const RuleSet& rules, const WriteOptions& options);
Result<std::string> write_nftables(const RuleSet& rules, const WriteOptions& options);
Result<std::string> write_nsg_arm(const RuleSet& rules, const WriteOptions& options);
Result<std::string> write_nsg_bicep(const RuleSet& rules, const WriteOptions& options);
Result<std::string> write_nsg_terraform(const RuleSet& rules, const WriteOptions& options);
Result<std::string> write_pf(const RuleSet& rules, const WriteOptions& options);
Result<std::string> write_plain(const RuleSet& rules, const WriteOptions& options);
Result<std::string> write_squid(const RuleSet& rules, const WriteOptions& options);
Result<std::string> write_windows(const RuleSet& rules, const WriteOptions& options);

/// Whether everything that a target might interpret is what it claims to be: names of tags,
/// hosts and paths of the characters these have, ports that are ports. A RuleSet made by
/// hand can hold anything; free text need not be checked, since comment_text() replaces.
/// Errors: invalid_argument.
Result<void> check_rules(const RuleSet& rules);

/// The rules that open something, in order, without repeats.
std::vector<const Rule*> open_rules(const RuleSet& rules);

/// The prefixes in parts of at most `most`, each sorted. A prefix's part depends on itself
/// and on the number of parts (a power of two), so that a changed list changes few parts.
std::vector<std::vector<Prefix>> stable_parts(const std::vector<Prefix>& prefixes,
                                              std::size_t most);

/// The part of a rule's prefixes that is of one family.
std::vector<Prefix> prefixes_of(const Rule& rule, Family family);

/// Where the text comes from, a line each, without comment marks: program, profile and
/// edition, cloud, region, data version; warnings; how many hosts it cannot hold.
std::vector<std::string> provenance(const RuleSet& rules, bool holds_hosts);

/// "outbound tcp 80,443 AzureActiveDirectory: sign in": what a comment says of a rule.
std::string describe(const Rule& rule);
/// "80,443", with the separator of the target.
std::string ports_text(const std::vector<PortRange>& ports, std::string_view separator = ",",
                       std::string_view dash = "-");

/// Letters, digits, spaces and plain punctuation, all else as '_', at most `most` bytes:
/// it can neither end a comment or a quoted string of any target nor be expanded in one.
std::string comment_text(std::string_view text, std::size_t most);

/// A name that does not change while the rule is the same: `prefix`-tag-ports, made of
/// lower case letters, digits and hyphens, at most `most` bytes. Longer ones, and those of
/// tags with hyphens or underscores, end in a hash of the whole, so that two rules never
/// share one.
std::string stable_name(const WriteOptions& options, const Rule& rule, std::string_view suffix,
                        std::size_t most);

/// The name as it is, or shortened to `most` bytes with a hash of the whole at its end.
std::string short_name(std::string_view name, std::size_t most);

/// A JSON string with its quotes. Bytes that are not ASCII become U+FFFD.
std::string json_quoted(std::string_view text);

/// Whether a rule's tag may be used by its name in a network security group.
bool usable_in_nsg(const Rule& rule);

Error not_expressible(std::string message);

}  // namespace servicetags::writers
