// An Azure network security group as a plan: which rules, with which names, priorities
// and prefixes. Three syntaxes print it.
// Tested by: tests/unit/export_nsg_test.cpp
#pragma once

#include <string>
#include <vector>

#include "export/writer.hpp"

namespace servicetags::writers {

/// One security rule. Either `tag` or `prefixes` is set: the remote side.
struct NsgRule {
  std::string name;
  std::string description;
  Direction direction;
  std::string protocol;            ///< "Tcp", "Udp" or "*"
  std::vector<std::string> ports;  ///< of the destination
  unsigned priority;
  std::string tag;
  std::vector<std::string> prefixes;
};

/// Plans the group: by tag name where the tag may be used there, else by addresses, one
/// rule a family.
///
/// Source: learn.microsoft.com/azure/azure-resource-manager/management/
/// azure-subscription-service-limits; the limit on prefixes counts over the group, for
/// sources and destinations apart.
/// Errors: not_expressible beyond 4,000 prefixes a side, 4,000 ports or 1,000 rules.
Result<std::vector<NsgRule>> plan_nsg(const RuleSet& rules, const WriteOptions& options);

}  // namespace servicetags::writers
