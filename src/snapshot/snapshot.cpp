// Tested by: tests/unit/snapshot_test.cpp, tests/property/real_files_test.cpp
#include "servicetags/snapshot.hpp"

#include <algorithm>
#include <utility>

#include "snapshot/snapshot_impl.hpp"
#include "support/ascii.hpp"

namespace servicetags {

using index::Entry;
using index::kNoEntry;

namespace {

/// The name that two tags share, ignoring case, in a list sorted that way.
const Tag* find_repeated(const std::vector<Tag>& tags) {
  const auto repeated = std::adjacent_find(
      tags.begin(), tags.end(),
      [](const Tag& a, const Tag& b) { return ascii::equal_ignoring_case(a.name, b.name); });
  return repeated == tags.end() ? nullptr : &*repeated;
}

std::vector<index::Item> items_of(const std::vector<Tag>& tags) {
  std::vector<index::Item> items;
  std::size_t count = 0;
  for (const Tag& tag : tags) count += tag.prefixes.size();
  items.reserve(count);
  for (TagId id = 0; id < tags.size(); ++id) {
    for (const Prefix& prefix : tags[id].prefixes) items.push_back({prefix, id});
  }
  return items;
}

void count_tags(const std::vector<Tag>& tags, SnapshotInfo& info) {
  info.tag_count = tags.size();
  for (const Tag& tag : tags) {
    info.regional_tag_count += tag.is_regional() ? 1 : 0;
    info.prefix_count += tag.prefixes.size();
    for (const Prefix& prefix : tag.prefixes) {
      ++(prefix.family() == Family::v4 ? info.prefix_count_v4 : info.prefix_count_v6);
    }
  }
}

}  // namespace

const snapshot::RegionTable& Snapshot::Impl::regions() const {
  std::call_once(regions_once_, [this] { regions_ = snapshot::RegionTable(tags.all()); });
  return regions_;
}

Snapshot::Snapshot(std::unique_ptr<const Impl> impl) noexcept : impl_(std::move(impl)) {}
Snapshot::~Snapshot() = default;

Result<SnapshotPtr> Snapshot::make(Document document) {
  std::sort(document.tags.begin(), document.tags.end(), [](const Tag& a, const Tag& b) {
    return ascii::compare_ignoring_case(a.name, b.name) < 0;
  });
  if (const Tag* repeated = find_repeated(document.tags)) {
    return Error{Errc::unexpected_shape,
                 "two tags are named " + ascii::quoted(repeated->name) + ", ignoring case",
                 {},
                 {}};
  }
  index::PrefixTable table(items_of(document.tags));
  snapshot::list_prefixes(table, document.tags);

  SnapshotInfo info;
  info.cloud = document.cloud;
  info.change_number = document.change_number;
  info.warnings = std::move(document.warnings);
  count_tags(document.tags, info);
  auto impl = std::make_unique<Impl>(std::move(document.tags), std::move(table));
  info.distinct_prefix_count = impl->table.size();
  info.tag_set_count = impl->table.set_count() - 1;  // no set of no tags
  impl->info = std::move(info);
  return SnapshotPtr(new Snapshot(std::move(impl)));
}

const SnapshotInfo& Snapshot::info() const noexcept { return impl_->info; }
std::span<const Tag> Snapshot::tags() const noexcept { return impl_->tags.all(); }
std::span<const Region> Snapshot::regions() const noexcept { return impl_->regions().regions(); }

Matches Snapshot::lookup(const Address& address) const noexcept {
  return Matches(*this, impl_->table.find(address.unmapped()));
}

Result<Matches> Snapshot::lookup(std::string_view address) const {
  auto parsed = parse_address(address);
  if (!parsed) return std::move(parsed).error();
  return lookup(*parsed);
}

std::span<const TagId> Snapshot::tag_ids(const Address& address) const noexcept {
  return tag_set(impl_->sets.find(address.unmapped()));
}

void Snapshot::tag_sets(std::span<const std::uint32_t> addresses,
                        std::span<TagSetId> sets) const noexcept {
  impl_->sets.find(addresses, sets);
}

void Snapshot::tag_sets(std::span<const std::array<std::uint8_t, 16>> addresses,
                        std::span<TagSetId> sets) const noexcept {
  impl_->sets.find(addresses, sets);
}

std::span<const TagId> Snapshot::tag_set(TagSetId set) const noexcept {
  return impl_->table.set(set);
}

const Tag* Snapshot::find_tag(std::string_view name) const noexcept {
  const std::vector<Tag>& tags = impl_->tags.all();
  const auto place =
      std::lower_bound(tags.begin(), tags.end(), name, [](const Tag& tag, std::string_view wanted) {
        return !ascii::equal_ignoring_case(tag.name, wanted) &&
               ascii::compare_ignoring_case(tag.name, wanted) < 0;
      });
  if (place == tags.end() || !ascii::equal_ignoring_case(place->name, name)) return nullptr;
  return &*place;
}

const Region* Snapshot::find_region(std::string_view spelling) const {
  return impl_->regions().find(spelling);
}

const Region* Snapshot::region_of(const Tag& tag) const noexcept {
  return impl_->regions().region_of(static_cast<std::size_t>(&tag - impl_->tags.all().data()));
}

// Matches

bool Matches::empty() const noexcept { return entry_ == kNoEntry; }

std::size_t Matches::size() const noexcept {
  return empty() ? 0 : snapshot_->impl_->table.all_values(entry_).size();
}

Matches::iterator Matches::begin() const noexcept { return {*snapshot_, entry_}; }
Matches::iterator Matches::end() const noexcept {
  iterator last(*snapshot_, entry_);
  last.entry_ = kNoEntry;
  return last;
}

Matches::iterator::iterator(const Snapshot& snapshot, std::uint32_t entry) noexcept
    : snapshot_(&snapshot), start_(entry), entry_(entry) {}

Match Matches::iterator::operator*() const noexcept {
  const auto& impl = *snapshot_->impl_;
  return {&impl.tags.at(impl.table.values(entry_)[tag_]), impl.table.prefix(entry_)};
}

Matches::iterator& Matches::iterator::operator++() noexcept {
  ++tag_;
  skip_shadowed();
  return *this;
}

/// Moves on to a tag that no more specific prefix has already given, or to the end.
void Matches::iterator::skip_shadowed() noexcept {
  const index::PrefixTable& table = snapshot_->impl_->table;
  const auto given_before = [&](TagId id) {
    for (Entry entry = start_; entry != entry_; entry = table.parent(entry)) {
      const auto ids = table.values(entry);
      if (std::binary_search(ids.begin(), ids.end(), id)) return true;
    }
    return false;
  };
  while (entry_ != kNoEntry) {
    const auto ids = table.values(entry_);
    while (tag_ < ids.size() && given_before(ids[tag_])) ++tag_;
    if (tag_ < ids.size()) return;
    entry_ = table.parent(entry_);
    tag_ = 0;
  }
}

}  // namespace servicetags
