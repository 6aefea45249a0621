// Small snapshots, written in the test that asks them.
#pragma once

#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include "servicetags/snapshot.hpp"

namespace servicetags::testing {

inline Prefix prefix(const char* text) { return parse_prefix(text).value(); }
inline Address address(const char* text) { return parse_address(text).value(); }

/// A global tag, or a regional one.
inline Tag make_tag(std::string name, std::initializer_list<const char*> prefixes,
                    std::string region = {}) {
  Tag tag;
  tag.name = std::move(name);
  tag.region = std::move(region);
  for (const char* text : prefixes) tag.prefixes.push_back(prefix(text));
  return tag;
}

inline SnapshotPtr make_snapshot(std::vector<Tag> tags) {
  Document document;
  document.tags = std::move(tags);
  return Snapshot::make(std::move(document)).value();
}

}  // namespace servicetags::testing
