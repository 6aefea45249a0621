// Tested by: tests/unit/export_test.cpp
#include "export/writer.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

#include "servicetags/version.hpp"
#include "support/ascii.hpp"

namespace servicetags {
namespace writers {

std::vector<const Rule*> open_rules(const RuleSet& rules) {
  std::vector<const Rule*> open;
  const auto same = [](const Rule& a, const Rule& b) {
    return a.direction == b.direction && a.protocol == b.protocol && a.ports == b.ports &&
           a.tag == b.tag;
  };
  for (const Rule& rule : rules.rules) {
    const bool repeated = std::any_of(open.begin(), open.end(),
                                      [&](const Rule* other) { return same(*other, rule); });
    if (rule.has_prefixes() && !repeated) open.push_back(&rule);
  }
  return open;
}

std::vector<Prefix> prefixes_of(const Rule& rule, Family family) {
  std::vector<Prefix> prefixes;
  for (const Prefix& prefix : rule.prefixes) {
    if (prefix.family() == family) prefixes.push_back(prefix);
  }
  return prefixes;
}

std::vector<std::string> provenance(const RuleSet& rules, bool holds_hosts) {
  constexpr std::size_t kMost = 400;
  std::vector<std::string> lines;
  lines.push_back("Made by servicetags " SERVICETAGS_VERSION " from profile " + rules.profile +
                  ", edition " + rules.edition);
  const std::string cloud = rules.cloud ? std::string(to_string(*rules.cloud)) : "unknown";
  const std::string number = rules.change_number ? std::to_string(*rules.change_number) : "unknown";
  lines.push_back("Cloud " + cloud + ", region " + rules.region + ", data change number " + number);
  for (const Rule& rule : rules.rules) {
    if (!rule.has_prefixes()) {
      lines.push_back("Not opened: " + describe(rule) + " (" + std::string(to_string(rule.status)) +
                      ")");
    }
  }
  if (!holds_hosts && !rules.hosts.empty()) {
    lines.push_back(std::to_string(rules.hosts.size()) +
                    " host names are required as well (allow them on a proxy: see the formats "
                    "squid and haproxy)");
  }
  for (const std::string& warning : rules.warnings) lines.push_back("Warning: " + warning);
  for (std::string& line : lines) line = comment_text(line, kMost);
  return lines;
}

std::string describe(const Rule& rule) {
  const std::string& name = rule.tag.empty() ? rule.requested : rule.tag;
  return std::string(to_string(rule.direction)) + " " + std::string(to_string(rule.protocol)) +
         " " + ports_text(rule.ports) + " " + name + ": " + rule.purpose;
}

std::string ports_text(const std::vector<PortRange>& ports, std::string_view separator,
                       std::string_view dash) {
  std::string text;
  for (const PortRange& range : ports) {
    if (!text.empty()) text += separator;
    text += std::to_string(range.first);
    if (range.last != range.first) text += std::string(dash) + std::to_string(range.last);
  }
  return text;
}

std::string comment_text(std::string_view text, std::size_t most) {
  constexpr std::string_view kSafe = " .,:()/-+_*=@";
  std::string safe;
  for (const char c : text.substr(0, most)) {
    const bool plain = ascii::is_lower(c) || ascii::is_upper(c) || ascii::is_digit(c);
    const bool ends_comment = c == '/' && safe.ends_with('*');
    safe += (plain || kSafe.find(c) != std::string_view::npos) && !ends_comment ? c : '_';
  }
  return safe;
}

namespace {

/// FNV-1a: short, stable everywhere, and not for secrets.
std::uint64_t hash_of(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325U;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  return hash ^ (hash >> 32U);
}

std::string hash_text(std::string_view text) {
  std::uint64_t hash = hash_of(text);
  std::string digits;
  for (int i = 0; i < 8; ++i) {
    digits += "0123456789abcdefghjkmnpqrstvwxyz"[hash & 31U];
    hash >>= 5U;
  }
  return digits;
}

/// What there is room for of the name, and a hash of the whole.
std::string hashed_name(std::string name, std::string_view whole, std::size_t most) {
  const std::string hash = hash_text(whole);
  name.resize(std::min(name.size(), most - hash.size() - 1));
  while (name.ends_with('-')) name.pop_back();
  return name + "-" + hash;
}

}  // namespace

std::string stable_name(const WriteOptions& options, const Rule& rule, std::string_view suffix,
                        std::size_t most) {
  const std::string whole =
      options.name + "-" + (rule.direction == Direction::inbound ? "in" : "out") + "-" + rule.tag +
      "-" + std::string(to_string(rule.protocol)) + "-" + ports_text(rule.ports, "-", "to");
  std::string name;
  for (const char c : whole) {
    const char lower = ascii::to_lower(c);
    const bool plain = ascii::is_lower(lower) || ascii::is_digit(lower);
    name += plain ? lower : '-';
  }
  const std::size_t room = most - suffix.size();
  const bool ambiguous = rule.tag.find_first_of("-_") != std::string::npos;
  if (name.size() > room || ambiguous) name = hashed_name(name, whole, room);
  return name + std::string(suffix);
}

std::string short_name(std::string_view name, std::size_t most) {
  return name.size() > most ? hashed_name(std::string(name), name, most) : std::string(name);
}

std::vector<std::vector<Prefix>> stable_parts(const std::vector<Prefix>& prefixes,
                                              std::size_t most) {
  for (std::size_t count = 1;; count *= 2) {
    std::vector<std::vector<Prefix>> parts(count);
    for (const Prefix& prefix : prefixes) {
      parts[hash_of(to_string(prefix)) & (count - 1)].push_back(prefix);
    }
    const bool fits = std::all_of(parts.begin(), parts.end(),
                                  [&](const auto& part) { return part.size() <= most; });
    if (fits) return parts;
  }
}

bool usable_in_nsg(const Rule& rule) {
  return rule.features &&
         std::find(rule.features->begin(), rule.features->end(), "NSG") != rule.features->end();
}

std::string json_quoted(std::string_view text) {
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += {'\\', c};
    } else if (byte < 0x20 || byte == 0x7f) {
      out += "\\u00";
      out += {kHex[byte >> 4U], kHex[byte & 15U]};
    } else {
      out += byte < 0x80 ? std::string(1, c) : "\\ufffd";
    }
  }
  return out += '"';
}

Error not_expressible(std::string message) {
  return {Errc::not_expressible, std::move(message), {}, {}};
}

}  // namespace writers

namespace {

struct Entry {
  RuleFormat format;
  writers::Write write;
};

// Sorted by name.
constexpr std::array<Entry, 20> kFormats{{
    {{"aws-prefix-list", "AWS managed prefix lists, as JSON for create-managed-prefix-list",
      "lists of at most 1,000 entries, one family each; at most 100 lists"},
     writers::write_aws_prefix_list},
    {{"azure-ip-groups", "Azure Firewall IP groups, as an ARM template",
      "IPv4 only; groups of at most 5,000 prefixes; at most 200 groups"},
     writers::write_azure_ip_groups},
    {{"cilium", "Cilium: CIDR groups and a network policy, hosts included",
      "40 ports a list, then split"},
     writers::write_cilium},
    {{"cisco-asa", "Cisco ASA: object groups and access lists", "names to 64 bytes"},
     writers::write_cisco_asa},
    {{"csv", "spreadsheets and scripts: a row for each prefix and host", ""}, writers::write_csv},
    {{"fortigate", "FortiGate external address feeds: one prefix a line",
      "at most 131,072 entries; one direction"},
     writers::write_fortigate},
    {{"haproxy", "HAProxy: a map of host patterns for map_reg", ""}, writers::write_haproxy},
    {{"ip6tables", "ip6tables-restore: chains that match the sets of ipset",
      "15 ports a rule, then split"},
     writers::write_ip6tables},
    {{"ipset", "ipset restore: a set for each rule and family, swapped in",
      "names to 31 bytes; /0 becomes two /1"},
     writers::write_ipset},
    {{"iptables", "iptables-restore: chains that match the sets of ipset",
      "15 ports a rule, then split"},
     writers::write_iptables},
    {{"json", "programs: everything, with statuses and warnings", ""}, writers::write_json},
    {{"kubernetes", "Kubernetes: a NetworkPolicy for each direction", ""},
     writers::write_kubernetes},
    {{"nftables", "nft -f: a table with sets and chains", "comments to 128 bytes"},
     writers::write_nftables},
    {{"nsg-arm", "Azure network security group, as an ARM template",
      "4,000 prefixes a side and 1,000 rules for the whole group"},
     writers::write_nsg_arm},
    {{"nsg-bicep", "Azure network security group, as Bicep",
      "4,000 prefixes a side and 1,000 rules for the whole group"},
     writers::write_nsg_bicep},
    {{"nsg-terraform", "Azure network security group, as Terraform",
      "4,000 prefixes a side and 1,000 rules for the whole group"},
     writers::write_nsg_terraform},
    {{"pf", "pf.conf: a table for each rule and rules that pass",
      "names to 31 bytes; at most 200,000 prefixes"},
     writers::write_pf},
    {{"plain", "external dynamic lists: one prefix a line, no repeats", "one direction"},
     writers::write_plain},
    {{"squid", "squid.conf: access lists of host names",
      "names to 63 bytes; '*' only before the first dot"},
     writers::write_squid},
    {{"windows", "Windows Defender Firewall, as PowerShell", "1,000 addresses a rule, then split"},
     writers::write_windows},
}};

constexpr auto kRuleFormats = [] {
  std::array<RuleFormat, kFormats.size()> formats{};
  for (std::size_t i = 0; i < kFormats.size(); ++i) formats[i] = kFormats[i].format;
  return formats;
}();

bool is_good_name(std::string_view name) {
  return !name.empty() && name.size() <= 12 &&
         (ascii::is_lower(name.front()) || ascii::is_upper(name.front())) &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return ascii::is_lower(c) || ascii::is_upper(c) || ascii::is_digit(c) || c == '-';
         });
}

RuleSet of_direction(RuleSet rules, const WriteOptions& options) {
  if (!options.direction) return rules;
  const auto other = [&](const auto& rule) { return rule.direction != *options.direction; };
  std::erase_if(rules.rules, other);
  std::erase_if(rules.hosts, other);
  return rules;
}

}  // namespace

std::span<const RuleFormat> rule_formats() noexcept { return kRuleFormats; }

Result<std::string> write_rules(const RuleSet& rules, std::string_view format,
                                const WriteOptions& options) {
  if (!is_good_name(options.name)) {
    return Error{Errc::invalid_argument,
                 "expected a name of 1 to 12 letters, digits and hyphens, found " +
                     ascii::quoted(options.name),
                 {},
                 {}};
  }
  if (auto checked = writers::check_rules(rules); !checked) return std::move(checked).error();
  std::string names;
  for (const Entry& entry : kFormats) {
    if (entry.format.name == format) return entry.write(of_direction(rules, options), options);
    names += (names.empty() ? "" : ", ") + std::string(entry.format.name);
  }
  return Error{Errc::invalid_argument,
               "no format " + ascii::quoted(format) + "; there are " + names,
               {},
               {}};
}

}  // namespace servicetags
