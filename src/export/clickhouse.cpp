// SQL for clickhouse-client. Source: ClickHouse's reference of dictionaries and of EXCHANGE.
// Tested by: tests/unit/data_export_test.cpp, tests/python/test_exports.py
#include "export/data_writer.hpp"

namespace servicetags::data {
namespace {

constexpr std::size_t kRowsAStatement = 10'000;

}  // namespace

/// The table is made beside the one in use and exchanged with it in one step; queries see the
/// old data or the new. ip_trie gives the longest match alone, so each row has all tags; as
/// text, since dictionaries of older servers hold no arrays there.
std::string write_clickhouse(const Job& job) {
  const std::string& name = job.options.name;
  const std::string fresh = name + "_new";
  std::string text = "-- " + provenance(job.snapshot) + "\n-- Ask: SELECT dictGet('" + name +
                     "_trie', 'tags', toIPv6('192.0.2.1'));  '' when no tag holds it;\n" +
                     "-- splitByChar(';', ...) makes a list of it.\n";
  const std::string columns = " (prefix String, tags String) ENGINE = MergeTree ORDER BY prefix;\n";
  text += "DROP TABLE IF EXISTS " + fresh + ";\n";
  text += "CREATE TABLE " + fresh + columns;
  const auto names = joined_names(job.snapshot, ";");
  std::size_t row = 0;
  for (const TaggedPrefix& one : job.snapshot.prefixes()) {
    text += row % kRowsAStatement != 0 ? ",\n" : (row == 0 ? "" : ";\n");
    if (row++ % kRowsAStatement == 0) text += "INSERT INTO " + fresh + " VALUES\n";
    text += "('" + to_string(one.prefix) + "','" + names[one.set] + "')";
  }
  if (row != 0) text += ";\n";
  text += "CREATE TABLE IF NOT EXISTS " + name + columns;
  text += "EXCHANGE TABLES " + fresh + " AND " + name + ";\n";
  text += "DROP TABLE " + fresh + ";\n";
  text += "CREATE DICTIONARY IF NOT EXISTS " + name +
          "_trie (prefix String, tags String DEFAULT '')\n"
          "PRIMARY KEY prefix SOURCE(CLICKHOUSE(TABLE '" +
          name + "')) LAYOUT(IP_TRIE) LIFETIME(MIN 300 MAX 600);\n";
  text += "SYSTEM RELOAD DICTIONARY " + name + "_trie;\n";
  return text;
}

}  // namespace servicetags::data
