// What the writers of a snapshot's data share. Each format has a source of its own.
// Tested by: tests/unit/data_export_test.cpp
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "servicetags/data_export.hpp"

namespace servicetags::data {

/// A snapshot whose names need no quotes anywhere, and how to write it.
struct Job {
  const Snapshot& snapshot;
  DataShape shape;
  const DataOptions& options;
};

// One for each format, by its name.
std::string write_csv(const Job& job);
std::string write_jsonl(const Job& job);
std::string write_mmdb(const Job& job);
std::string write_clickhouse(const Job& job);
std::string write_kusto(const Job& job);

/// The names of each set's tags, by TagSetId, sorted; joined by `separator`, each between
/// `quotes`.
std::vector<std::string> joined_names(const Snapshot& snapshot, std::string_view separator,
                                      std::string_view quotes = {});
/// A tag's name, region and service, as the first cells of a row of CSV.
std::string tag_cells(const Tag& tag);

/// Where the data comes from, in a line: program, cloud, change number, counts.
std::string provenance(const Snapshot& snapshot);

}  // namespace servicetags::data
