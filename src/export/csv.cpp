// A row for each prefix and each host (RFC 4180, but lines end in \n).
// Tested by: tests/unit/export_test.cpp
#include "export/writer.hpp"

namespace servicetags::writers {
namespace {

/// Quoted when it must be; bytes that do not print become '_'. What a spreadsheet would
/// take for a formula has an apostrophe before it, which makes it text there.
std::string cell(std::string_view text) {
  constexpr std::string_view kFormula = "=+-@";
  std::string quoted;
  if (!text.empty() && kFormula.find(text.front()) != std::string_view::npos) quoted += '\'';
  for (const char c : text) {
    if (c == '"') quoted += '"';
    quoted += c >= ' ' && c <= '~' ? c : '_';
  }
  return quoted.find_first_of(",\"") == std::string::npos ? quoted : "\"" + quoted + "\"";
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
