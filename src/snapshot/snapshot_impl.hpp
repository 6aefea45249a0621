// What a Snapshot is made of; shared by the sources that answer from it.
// Tested by: tests/unit/snapshot_test.cpp
#pragma once

#include <functional>
#include <mutex>
#include <utility>
#include <vector>

#include "index/prefix_table.hpp"
#include "index/set_table.hpp"
#include "servicetags/snapshot.hpp"
#include "snapshot/region_table.hpp"

namespace servicetags {

struct Snapshot::Impl {
  /// From a document's tags, sorted.
  Impl(std::vector<Tag> sorted, index::PrefixTable prefix_table)
      : table(std::move(prefix_table)), sets(table), tags_(std::move(sorted)) {}
  /// From a file. `read_tags` gives them sorted and without prefixes, and keeps the file's
  /// bytes alive.
  Impl(const index::PrefixTable::Arrays& prefix_table, const index::SetTable::Arrays& set_table,
       std::function<std::vector<Tag>()> read_tags)
      : table(index::PrefixTable::over(prefix_table)),
        sets(set_table),
        read_tags_(std::move(read_tags)) {}

  /// By TagId. Those of a file are read when they are first asked for.
  [[nodiscard]] const std::vector<Tag>& tags() const;
  /// Worked out when they are first asked for: most uses never do.
  [[nodiscard]] const snapshot::RegionTable& regions() const;

  index::PrefixTable table;
  index::SetTable sets;
  SnapshotInfo info;

 private:
  std::function<std::vector<Tag>()> read_tags_;
  mutable std::vector<Tag> tags_;
  mutable std::once_flag tags_once_;
  mutable snapshot::RegionTable regions_;
  mutable std::once_flag regions_once_;
};

}  // namespace servicetags
