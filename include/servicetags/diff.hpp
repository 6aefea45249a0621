/// What changed between two snapshots.
#pragma once

#include <string>
#include <vector>

#include "servicetags/snapshot.hpp"

namespace servicetags {

/// A tag that one of the two snapshots lacks.
struct TagPrefixes {
  std::string tag;
  std::vector<Prefix> prefixes;
};

/// A property of a tag that differs; empty text where it is not given.
struct FieldChange {
  std::string field;  ///< "name", "region", "service" or "features"
  std::string before;
  std::string after;
};

/// A tag that both have, with other content.
struct TagChange {
  std::string tag;  ///< the name in the newer snapshot
  std::vector<Prefix> added;
  std::vector<Prefix> removed;
  std::vector<FieldChange> fields;
};

/// Differences in content; all lists sorted by tag name, ignoring case, prefixes in
/// their order. A plain value that needs neither snapshot.
struct SnapshotDiff {
  std::vector<TagPrefixes> added;
  std::vector<TagPrefixes> removed;
  std::vector<TagChange> changed;
  /// Tags whose change number moved while nothing else did.
  std::size_t renumbered = 0;

  [[nodiscard]] bool empty() const noexcept {
    return added.empty() && removed.empty() && changed.empty();
  }
};

/// Compares by content, since change numbers are not a reliable sign of it: the file's
/// has stayed equal over changed content and moved over equal content. Linear.
SnapshotDiff diff(const Snapshot& before, const Snapshot& after);

}  // namespace servicetags
