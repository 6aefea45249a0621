// The whole rule set for programs.
// Tested by: tests/unit/export_test.cpp
#include "export/writer.hpp"

namespace servicetags::writers {
namespace {

std::string ports_json(const std::vector<PortRange>& ports) {
  std::string text = "[";
  for (const PortRange& range : ports) {
    if (text.size() > 1) text += ",";
    text += json_quoted(to_string(range));
  }
  return text + "]";
}

std::string member(std::string_view key, std::string_view text) {
  return "\"" + std::string(key) + "\":" + json_quoted(text);
}

std::string rule_json(const Rule& rule) {
  std::string text = "{" + member("direction", to_string(rule.direction)) + "," +
                     member("protocol", to_string(rule.protocol)) +
                     ",\"ports\":" + ports_json(rule.ports) + "," +
                     member("requested", rule.requested) + "," + member("tag", rule.tag) + "," +
                     member("purpose", rule.purpose) + ",\"prefixes\":[";
  for (std::size_t i = 0; i < rule.prefixes.size(); ++i) {
    if (i > 0) text += ",";
    text += json_quoted(to_string(rule.prefixes[i]));
  }
  text += "]," + member("status", to_string(rule.status));
  if (!rule.reason.empty()) text += "," + member("reason", rule.reason);
  if (!rule.condition.empty()) text += "," + member("condition", rule.condition);
  return text + "}";
}

std::string host_json(const HostRule& rule) {
  std::string text = "{" + member("host", rule.host);
  if (!rule.path.empty()) text += "," + member("path", rule.path);
  return text + "," + member("protocol", to_string(rule.protocol)) +
         ",\"ports\":" + ports_json(rule.ports) + "," + member("purpose", rule.purpose) + "}";
}

/// One item a line, so that changes are seen line by line.
template <typename Items, typename Print>
std::string lines_json(const Items& items, Print print) {
  std::string text = "[";
  for (std::size_t i = 0; i < items.size(); ++i) {
    text += (i == 0 ? "\n    " : ",\n    ") + print(items[i]);
  }
  return text + (items.empty() ? "]" : "\n  ]");
}

}  // namespace

Result<std::string> write_json(const RuleSet& rules, const WriteOptions& /*options*/) {
  std::string text =
      "{\n  " + member("profile", rules.profile) + ",\n  " + member("edition", rules.edition) +
      ",\n  \"cloud\":" + (rules.cloud ? json_quoted(to_string(*rules.cloud)) : "null") + ",\n  " +
      member("region", rules.region) + ",\n  \"change_number\":" +
      (rules.change_number ? std::to_string(*rules.change_number) : "null");
  text += ",\n  \"rules\":" + lines_json(rules.rules, rule_json);
  text += ",\n  \"hosts\":" + lines_json(rules.hosts, host_json);
  text += ",\n  \"warnings\":" + lines_json(rules.warnings, json_quoted);
  return text + "\n}\n";
}

}  // namespace servicetags::writers
