// KQL management commands, a blank line between two. Source: Azure Data Explorer's reference of
// `.ingest inline`, `.rename tables` and ipv4_lookup (2026).
// Tested by: tests/unit/data_export_test.cpp
#include "export/data_writer.hpp"

namespace servicetags::data {
namespace {

/// A command's text may not be much larger.
constexpr std::size_t kBytesACommand = 512 * 1024;

}  // namespace

/// ipv4_lookup gives a row for each match, so each tag has its own rows. The table is filled
/// beside the one in use, and both change names in one step.
std::string write_kusto(const Job& job) {
  const Snapshot& snapshot = job.snapshot;
  const std::string& name = job.options.name;
  const std::string fresh = name + "_new";
  const std::string columns =
      " (tag:string, region:string, service:string, prefix:string, family:int)\n\n";
  std::string text = "// " + provenance(snapshot) + "\n// Ask: Flows | evaluate ipv4_lookup((" +
                     name +
                     " | where family == 4), destination, prefix, return_unmatched = true)\n"
                     "// and ipv6_lookup with family == 6; each match is a row.\n\n";
  text += ".create-merge table " + name + columns;
  text += ".create-merge table " + fresh + columns;
  text += ".clear table " + fresh + " data\n\n";
  const std::string ingest = ".ingest inline into table " + fresh + " <|\n";
  std::size_t room = 0;
  for (const Tag& tag : snapshot.tags()) {
    const std::string before = tag_cells(tag) + ",";
    for (const Prefix& prefix : tag.prefixes) {
      const std::string row =
          before + to_string(prefix) + (prefix.family() == Family::v4 ? ",4\n" : ",6\n");
      if (room < row.size()) {
        text += (text.ends_with("\n\n") ? "" : "\n") + ingest;
        room = kBytesACommand;
      }
      room -= row.size();
      text += row;
    }
  }
  text += "\n.rename tables " + name + " = " + fresh + ", " + fresh + " = " + name + "\n";
  return text;
}

}  // namespace servicetags::data
