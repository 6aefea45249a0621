// What a Snapshot is made of; shared by the sources that answer from it.
// Tested by: tests/unit/snapshot_test.cpp
#pragma once

#include <utility>
#include <vector>

#include "index/prefix_table.hpp"
#include "index/prefix_trie.hpp"
#include "index/set_table.hpp"
#include "servicetags/snapshot.hpp"
#include "snapshot/region_table.hpp"

namespace servicetags {

struct Snapshot::Impl {
  Impl(Document document, index::PrefixTable prefix_table)
      : tags(std::move(document.tags)),
        regions(tags),
        table(std::move(prefix_table)),
        trie(table.prefixes()),
        sets(table) {}

  std::vector<Tag> tags;
  snapshot::RegionTable regions;
  index::PrefixTable table;
  index::PrefixTrie trie;
  index::SetTable sets;
  SnapshotInfo info;
};

}  // namespace servicetags
