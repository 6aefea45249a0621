// A planned network security group as an ARM template, as Bicep and as Terraform.
// Source: Microsoft.Network/networkSecurityGroups 2023-11-01; azurerm provider 4.
// Tested by: tests/unit/export_nsg_test.cpp
#include "export/nsg.hpp"

namespace servicetags::writers {
namespace {

std::string quoted_list(const std::vector<std::string>& items, std::string_view quote,
                        std::string_view separator) {
  std::string text;
  for (const std::string& item : items) {
    if (!text.empty()) text += separator;
    text += std::string(quote) + item + std::string(quote);
  }
  return text;
}

std::string_view arm_direction(Direction direction) {
  return direction == Direction::inbound ? "Inbound" : "Outbound";
}

/// The remote side of a rule, and the side that is the virtual network.
std::string_view remote_side(Direction direction) {
  return direction == Direction::inbound ? "source" : "destination";
}
std::string_view local_side(Direction direction) {
  return direction == Direction::inbound ? "destination" : "source";
}

std::string arm_rule(const NsgRule& rule) {
  const std::string remote(remote_side(rule.direction));
  std::string text = "        {\n          \"name\": " + json_quoted(rule.name) +
                     ",\n          \"properties\": {\n";
  const auto line = [&](std::string_view key, const std::string& json) {
    text += "            \"" + std::string(key) + "\": " + json + ",\n";
  };
  line("description", json_quoted(rule.description));
  line("direction", json_quoted(arm_direction(rule.direction)));
  line("priority", std::to_string(rule.priority));
  line("protocol", json_quoted(rule.protocol));
  line("sourcePortRange", "\"*\"");
  line("destinationPortRanges", "[" + quoted_list(rule.ports, "\"", ", ") + "]");
  line(std::string(local_side(rule.direction)) + "AddressPrefix", "\"VirtualNetwork\"");
  if (rule.tag.empty()) {
    line(remote + "AddressPrefixes", "[\n              " +
                                         quoted_list(rule.prefixes, "\"", ",\n              ") +
                                         "\n            ]");
  } else {
    line(remote + "AddressPrefix", json_quoted(rule.tag));
  }
  return text + "            \"access\": \"Allow\"\n          }\n        }";
}

std::string bicep_rule(const NsgRule& rule) {
  const std::string remote(remote_side(rule.direction));
  std::string text = "      {\n        name: '" + rule.name + "'\n        properties: {\n";
  const auto line = [&](std::string_view key, const std::string& value) {
    text += "          " + std::string(key) + ": " + value + "\n";
  };
  line("description", "'" + rule.description + "'");
  line("direction", "'" + std::string(arm_direction(rule.direction)) + "'");
  line("priority", std::to_string(rule.priority));
  line("protocol", "'" + rule.protocol + "'");
  line("access", "'Allow'");
  line("sourcePortRange", "'*'");
  line("destinationPortRanges",
       "[\n            " + quoted_list(rule.ports, "'", "\n            ") + "\n          ]");
  line(std::string(local_side(rule.direction)) + "AddressPrefix", "'VirtualNetwork'");
  if (rule.tag.empty()) {
    line(remote + "AddressPrefixes",
         "[\n            " + quoted_list(rule.prefixes, "'", "\n            ") + "\n          ]");
  } else {
    line(remote + "AddressPrefix", "'" + rule.tag + "'");
  }
  return text + "        }\n      }\n";
}

std::string terraform_rule(const NsgRule& rule) {
  const std::string remote(remote_side(rule.direction));
  std::string text = "\n  security_rule {\n";
  const auto line = [&](std::string_view key, const std::string& value) {
    text += "    " + std::string(key) + " = " + value + "\n";
  };
  line("name", "\"" + rule.name + "\"");
  line("description", "\"" + rule.description + "\"");
  line("direction", "\"" + std::string(arm_direction(rule.direction)) + "\"");
  line("priority", std::to_string(rule.priority));
  line("protocol", "\"" + rule.protocol + "\"");
  line("access", "\"Allow\"");
  line("source_port_range", "\"*\"");
  line("destination_port_ranges", "[" + quoted_list(rule.ports, "\"", ", ") + "]");
  line(std::string(local_side(rule.direction)) + "_address_prefix", "\"VirtualNetwork\"");
  if (rule.tag.empty()) {
    line(remote + "_address_prefixes",
         "[\n      " + quoted_list(rule.prefixes, "\"", ",\n      ") + ",\n    ]");
  } else {
    line(remote + "_address_prefix", "\"" + rule.tag + "\"");
  }
  return text + "  }\n";
}

std::string comments(const RuleSet& rules, std::string_view mark) {
  std::string text;
  for (const std::string& line : provenance(rules, false)) {
    text += std::string(mark) + " " + line + "\n";
  }
  return text;
}

}  // namespace

Result<std::string> write_nsg_arm(const RuleSet& rules, const WriteOptions& options) {
  auto planned = plan_nsg(rules, options);
  if (!planned) return std::move(planned).error();
  std::string text =
      "{\n  \"$schema\": "
      "\"https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#\",\n"
      "  \"contentVersion\": \"1.0.0.0\",\n  \"metadata\": {\n    \"origin\": [\n";
  const std::vector<std::string> origin = provenance(rules, false);
  for (std::size_t i = 0; i < origin.size(); ++i) {
    text += "      " + json_quoted(origin[i]) + (i + 1 == origin.size() ? "\n" : ",\n");
  }
  text +=
      "    ]\n  },\n  \"resources\": [{\n"
      "    \"type\": \"Microsoft.Network/networkSecurityGroups\",\n"
      "    \"apiVersion\": \"2023-11-01\",\n    \"name\": " +
      json_quoted(options.name + "-" + rules.profile) +
      ",\n    \"location\": \"[resourceGroup().location]\",\n"
      "    \"properties\": {\n      \"securityRules\": [\n";
  for (std::size_t i = 0; i < planned->size(); ++i) {
    text += arm_rule((*planned)[i]) + (i + 1 == planned->size() ? "\n" : ",\n");
  }
  return text + "      ]\n    }\n  }]\n}\n";
}

Result<std::string> write_nsg_bicep(const RuleSet& rules, const WriteOptions& options) {
  auto planned = plan_nsg(rules, options);
  if (!planned) return std::move(planned).error();
  std::string text = comments(rules, "//");
  text += "resource group 'Microsoft.Network/networkSecurityGroups@2023-11-01' = {\n  name: '" +
          options.name + "-" + rules.profile +
          "'\n  location: resourceGroup().location\n  properties: {\n    securityRules: [\n";
  for (const NsgRule& rule : *planned) text += bicep_rule(rule);
  return text + "    ]\n  }\n}\n";
}

Result<std::string> write_nsg_terraform(const RuleSet& rules, const WriteOptions& options) {
  auto planned = plan_nsg(rules, options);
  if (!planned) return std::move(planned).error();
  std::string text = comments(rules, "#");
  text +=
      "variable \"location\" {\n  type = string\n}\n\n"
      "variable \"resource_group_name\" {\n  type = string\n}\n\n"
      "resource \"azurerm_network_security_group\" \"servicetags\" {\n  name = \"" +
      options.name + "-" + rules.profile +
      "\"\n  location = var.location\n  resource_group_name = var.resource_group_name\n";
  for (const NsgRule& rule : *planned) text += terraform_rule(rule);
  return text + "}\n";
}

}  // namespace servicetags::writers
