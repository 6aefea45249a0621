// Lists of prefixes that a cloud holds for its rules: AWS managed prefix lists, Azure
// Firewall IP groups.
// Source: Amazon VPC user guide, prefix lists (2025); Azure Firewall limits (2026-02).
// Tested by: tests/unit/export_test.cpp
#include "export/writer.hpp"

namespace servicetags::writers {
namespace {

struct Part {
  std::string name;
  const Rule* rule;
  Family family;
  std::vector<Prefix> prefixes;
};

/// Every rule's prefixes of one family, in parts of at most `most`.
std::vector<Part> parts_of(const RuleSet& rules, const WriteOptions& options, Family family,
                           std::size_t most, std::size_t max_name) {
  std::vector<Part> all;
  for (const Rule* rule : open_rules(rules)) {
    const std::vector<Prefix> prefixes = prefixes_of(*rule, family);
    if (prefixes.empty()) continue;
    const std::string suffix = family == Family::v4 ? "-v4" : "-v6";
    std::vector<std::vector<Prefix>> parts = stable_parts(prefixes, most);
    for (std::size_t i = 0; i < parts.size(); ++i) {
      const std::string number = parts.size() == 1 ? "" : "-" + std::to_string(i + 1);
      if (parts[i].empty()) continue;
      all.push_back({stable_name(options, *rule, suffix + number, max_name), rule, family,
                     std::move(parts[i])});
    }
  }
  return all;
}

std::string aws_list(const Part& part) {
  std::string text = "    {\n      \"PrefixListName\": " + json_quoted(part.name) +
                     ",\n      \"AddressFamily\": \"" +
                     (part.family == Family::v4 ? "IPv4" : "IPv6") +
                     "\",\n      \"MaxEntries\": " + std::to_string(part.prefixes.size()) +
                     ",\n      \"Entries\": [\n";
  const std::string description = json_quoted(comment_text(part.rule->tag, 255));
  for (std::size_t i = 0; i < part.prefixes.size(); ++i) {
    text += "        {\"Cidr\": " + json_quoted(to_string(part.prefixes[i])) +
            ", \"Description\": " + description + "}" +
            (i + 1 == part.prefixes.size() ? "\n" : ",\n");
  }
  return text + "      ]\n    }";
}

std::string ip_group(const Part& part) {
  std::string text =
      "    {\n      \"type\": \"Microsoft.Network/ipGroups\",\n"
      "      \"apiVersion\": \"2023-11-01\",\n      \"name\": " +
      json_quoted(part.name) +
      ",\n      \"location\": \"[resourceGroup().location]\",\n"
      "      \"properties\": {\"ipAddresses\": [\n";
  for (std::size_t i = 0; i < part.prefixes.size(); ++i) {
    text += "        " + json_quoted(to_string(part.prefixes[i])) +
            (i + 1 == part.prefixes.size() ? "\n" : ",\n");
  }
  return text + "      ]}\n    }";
}

std::string origin_json(const std::vector<std::string>& origin) {
  std::string text = "[\n";
  for (std::size_t i = 0; i < origin.size(); ++i) {
    text += "    " + json_quoted(origin[i]) + (i + 1 == origin.size() ? "\n" : ",\n");
  }
  return text + "  ]";
}

template <typename Print>
std::string joined(const std::vector<Part>& parts, Print print) {
  std::string text;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    text += print(parts[i]) + (i + 1 == parts.size() ? "\n" : ",\n");
  }
  return text;
}

Error too_many(std::string_view what, std::size_t most, std::size_t count) {
  return not_expressible("at most " + std::to_string(most) + " " + std::string(what) +
                         " are allowed, these rules need " + std::to_string(count) +
                         "; aggregate or fit them");
}

}  // namespace

Result<std::string> write_aws_prefix_list(const RuleSet& rules, const WriteOptions& options) {
  constexpr std::size_t kMaxEntries = 1'000;
  constexpr std::size_t kMaxLists = 100;  // of a Region
  std::vector<Part> parts = parts_of(rules, options, Family::v4, kMaxEntries, 255);
  for (Part& part : parts_of(rules, options, Family::v6, kMaxEntries, 255)) {
    parts.push_back(std::move(part));
  }
  if (parts.size() > kMaxLists) return too_many("prefix lists", kMaxLists, parts.size());
  return "{\n  \"Origin\": " + origin_json(provenance(rules, false)) + ",\n  \"PrefixLists\": [\n" +
         joined(parts, aws_list) + "  ]\n}\n";
}

Result<std::string> write_azure_ip_groups(const RuleSet& rules, const WriteOptions& options) {
  constexpr std::size_t kMaxEntries = 5'000;
  constexpr std::size_t kMaxGroups = 200;  // of a policy
  const std::vector<Part> parts = parts_of(rules, options, Family::v4, kMaxEntries, 80);
  if (parts.size() > kMaxGroups) return too_many("IP groups", kMaxGroups, parts.size());
  std::vector<std::string> origin = provenance(rules, false);
  std::size_t left_out = 0;
  for (const Rule* rule : open_rules(rules)) left_out += prefixes_of(*rule, Family::v6).size();
  if (left_out > 0) {
    origin.push_back(std::to_string(left_out) + " IPv6 prefixes are not here: IP groups are IPv4");
  }
  return "{\n  \"$schema\": "
         "\"https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#\",\n"
         "  \"contentVersion\": \"1.0.0.0\",\n  \"metadata\": {\"origin\": " +
         origin_json(origin) + "},\n  \"resources\": [\n" + joined(parts, ip_group) + "  ]\n}\n";
}

}  // namespace servicetags::writers
