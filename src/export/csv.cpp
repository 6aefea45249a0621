// A row for each prefix and each host (RFC 4180, but lines end in \n).
// Tested by: tests/unit/export_test.cpp
#include "export/writer.hpp"

namespace servicetags::writers {
namespace {

/// Quoted when it must be. A cell never begins with a character that spreadsheets take
/// for a formula: names and purposes are checked text, and begin with a letter or '*'.
std::string cell(std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(text);
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + "\"";
}

}  // namespace

Result<std::string> write_csv(const RuleSet& rules, const WriteOptions& /*options*/) {
  std::string text = "direction,protocol,ports,requested,tag,prefix,host,path,purpose,status\n";
  for (const Rule& rule : rules.rules) {
    const std::string before =
        std::string(to_string(rule.direction)) + "," + std::string(to_string(rule.protocol)) + "," +
        ports_text(rule.ports, ";") + "," + cell(rule.requested) + "," + cell(rule.tag) + ",";
    const std::string after =
        ",,," + cell(rule.purpose) + "," + std::string(to_string(rule.status)) + "\n";
    // A row that opens nothing is there too, without a prefix.
    if (!rule.has_prefixes()) text += before + after;
    for (const Prefix& prefix : rule.prefixes) text += before + to_string(prefix) + after;
  }
  for (const HostRule& rule : rules.hosts) {
    text += std::string(to_string(rule.direction)) + "," + std::string(to_string(rule.protocol)) +
            "," + ports_text(rule.ports, ";") + ",,,," + cell(rule.host) + "," + cell(rule.path) +
            "," + cell(rule.purpose) + ",resolved\n";
  }
  return text;
}

}  // namespace servicetags::writers
