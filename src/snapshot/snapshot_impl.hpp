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
#include "snapshot/tag_list.hpp"

namespace servicetags {

struct Snapshot::Impl {
  /// From a document's tags, sorted.
  Impl(std::vector<Tag> sorted, index::PrefixTable prefix_table)
      : table(std::move(prefix_table)), sets(table), tags(std::move(sorted)) {}
  /// From a file, whose tags are sorted. `read_tag` gives one of them without its prefixes, and
  /// keeps the file's bytes alive.
  Impl(const index::PrefixTable::Arrays& prefix_table, const index::SetTable::Arrays& set_table,
       std::size_t tag_count, std::function<Tag(TagId)> read_tag)
      : table(index::PrefixTable::over(prefix_table)),
        sets(set_table),
        tags(table, tag_count, std::move(read_tag)) {}

  /// Worked out when they are first asked for: most uses never do.
  [[nodiscard]] const snapshot::RegionTable& regions() const;

  index::PrefixTable table;
  index::SetTable sets;
  snapshot::TagList tags;
  SnapshotInfo info;

 private:
  mutable snapshot::RegionTable regions_;
  mutable std::once_flag regions_once_;
};

}  // namespace servicetags
