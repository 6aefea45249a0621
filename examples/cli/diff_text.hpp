// Differences between snapshots, in the forms that commands print.
#pragma once

#include <string>

#include "output.hpp"
#include "servicetags/diff.hpp"

namespace servicetags::cli {

/// Prints in the format asked for. `before` and `after` name the data for Format::json.
void print_diff(Output& out, Format format, const SnapshotDiff& changes, const Snapshot& before,
                const std::string& before_name, const Snapshot& after,
                const std::string& after_name);

/// Everything as one JSON object.
std::string diff_json(const SnapshotDiff& changes, const Snapshot& before,
                      const std::string& before_name, const Snapshot& after,
                      const std::string& after_name);

/// "2 tags added, 0 removed, 5 changed; 10 prefixes added, 3 removed; 40 tags only renumbered".
std::string diff_summary(const SnapshotDiff& changes);

}  // namespace servicetags::cli
