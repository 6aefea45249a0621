// Snapshot::overlaps: every published prefix that shares an address with a range.
// Tested by: tests/unit/snapshot_test.cpp, tests/property/real_files_test.cpp
#include <algorithm>
#include <tuple>

#include "servicetags/prefix_set.hpp"
#include "servicetags/snapshot.hpp"
#include "snapshot/snapshot_impl.hpp"

namespace servicetags {

using index::Entry;
using index::kNoEntry;

std::string_view to_string(Relation relation) noexcept {
  switch (relation) {
    case Relation::equal: return "equal";
    case Relation::contains: return "contains";
    case Relation::contained: return "contained";
    case Relation::overlaps: return "overlaps";
  }
  return "unknown";
}

namespace {

/// The entries that share an address with the range: those around its first address,
/// and those that start inside it.
std::vector<Entry> entries_in(const index::PrefixTable& table, const AddressRange& range) {
  std::vector<Entry> entries;
  for (Entry e = table.find(range.first); e != kNoEntry; e = table.parent(e)) entries.push_back(e);
  const Entry end = table.first_above(range.last);
  for (Entry e = table.first_above(range.first); e < end; ++e) entries.push_back(e);
  return entries;
}

/// `shared` are the tag's prefixes that share an address with the range.
Relation relation_of(const Tag& tag, const std::vector<Prefix>& shared, const PrefixSet& range) {
  const PrefixSet set(shared);
  const bool holds_all = set.contains(range);
  const bool lies_inside = shared.size() == tag.prefixes.size() && range.contains(set);
  if (holds_all) return lies_inside ? Relation::equal : Relation::contains;
  return lies_inside ? Relation::contained : Relation::overlaps;
}

}  // namespace

std::vector<Overlap> Snapshot::overlaps(const AddressRange& range) const {
  std::vector<index::Item> found;
  for (const Entry entry : entries_in(impl_->table, range)) {
    for (const TagId id : impl_->table.values(entry)) {
      found.push_back({impl_->table.prefix(entry), id});
    }
  }
  // By tag first, to relate each whole tag to the range.
  std::sort(found.begin(), found.end(), [](const index::Item& a, const index::Item& b) {
    return std::tie(a.value, a.prefix) < std::tie(b.value, b.prefix);
  });
  const PrefixSet wanted(std::span(&range, 1));
  std::vector<Overlap> overlaps;
  std::vector<Prefix> shared;
  for (auto tag = found.begin(); tag != found.end();) {
    shared.clear();
    auto next = tag;
    for (; next != found.end() && next->value == tag->value; ++next) shared.push_back(next->prefix);
    const Tag& holder = impl_->tags.at(tag->value);
    const Relation relation = relation_of(holder, shared, wanted);
    for (const Prefix& prefix : shared) overlaps.push_back({&holder, prefix, relation});
    tag = next;
  }
  std::stable_sort(overlaps.begin(), overlaps.end(), [](const Overlap& a, const Overlap& b) {
    if (a.prefix.length() != b.prefix.length()) return a.prefix.length() > b.prefix.length();
    return a.prefix < b.prefix;
  });
  return overlaps;
}

}  // namespace servicetags
