// pf: a table for each rule and rules that pass.
// Source: pf.conf(5) of OpenBSD 7.5.
// Tested by: tests/unit/export_test.cpp
#include "export/writer.hpp"

namespace servicetags::writers {
namespace {

constexpr std::size_t kMaxName = 31;
constexpr std::size_t kDefaultEntries = 200'000;  // of all tables, unless pf.conf raises it

std::string table_text(const std::string& name, const Rule& rule) {
  std::string text = "table <" + name + "> const {\n";
  for (const Prefix& prefix : rule.prefixes) text += "  " + to_string(prefix) + "\n";
  return text + "}\n";
}

std::string pass_text(const std::string& name, const Rule& rule) {
  const bool in = rule.direction == Direction::inbound;
  const std::string protocols =
      rule.protocol == Protocol::any ? "{ tcp udp }" : std::string(to_string(rule.protocol));
  return std::string("pass ") + (in ? "in" : "out") + " quick proto " + protocols + " from " +
         (in ? "<" + name + ">" : "any") + " to " + (in ? "any" : "<" + name + ">") + " port { " +
         ports_text(rule.ports, " ", ":") + " }\n";
}

}  // namespace

Result<std::string> write_pf(const RuleSet& rules, const WriteOptions& options) {
  std::string tables;
  std::string passes;
  std::size_t entries = 0;
  for (const std::string& line : provenance(rules, false)) tables += "# " + line + "\n";
  for (const Rule* rule : open_rules(rules)) {
    const std::string name = stable_name(options, *rule, "", kMaxName);
    entries += rule->prefixes.size();
    tables += "\n# " + comment_text(describe(*rule), 400) + "\n" + table_text(name, *rule);
    passes += pass_text(name, *rule);
  }
  if (entries > kDefaultEntries) {
    return not_expressible("pf takes 200000 addresses unless told otherwise, these are " +
                           std::to_string(entries) + "; aggregate or fit them");
  }
  return tables + "\n" + passes;
}

}  // namespace servicetags::writers
