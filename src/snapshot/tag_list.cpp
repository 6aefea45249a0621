// Tested by: tests/unit/tag_list_test.cpp
#include "snapshot/tag_list.hpp"

#include <numeric>

namespace servicetags::snapshot {

using index::Entry;
using index::PrefixTable;

namespace {

/// The entries of each tag, one tag after the other.
class EntriesByTag {
 public:
  EntriesByTag(const PrefixTable& table, std::size_t tag_count) : starts_(tag_count + 1) {
    for (Entry entry = 0; entry < table.size(); ++entry) {
      for (const TagId id : table.values(entry)) ++starts_[id + 1];
    }
    std::partial_sum(starts_.begin(), starts_.end(), starts_.begin());
    entries_.resize(starts_.back());
    std::vector<std::size_t> next = starts_;
    for (Entry entry = 0; entry < table.size(); ++entry) {
      for (const TagId id : table.values(entry)) entries_[next[id]++] = entry;
    }
  }

  [[nodiscard]] std::span<const Entry> operator[](TagId id) const noexcept {
    return std::span(entries_).subspan(starts_[id], starts_[id + 1] - starts_[id]);
  }

 private:
  std::vector<std::size_t> starts_;
  std::vector<Entry> entries_;
};

void set_prefixes(const PrefixTable& table, std::span<const Entry> entries, Tag& tag) {
  tag.prefixes.clear();
  tag.prefixes.reserve(entries.size());
  for (const Entry entry : entries) tag.prefixes.push_back(table.prefix(entry));
}

}  // namespace

void list_prefixes(const PrefixTable& table, std::vector<Tag>& tags) {
  const EntriesByTag entries(table, tags.size());
  for (TagId id = 0; id < tags.size(); ++id) set_prefixes(table, entries[id], tags[id]);
}

const Tag& TagList::at(TagId id) const {
  if (is_whole_.load(std::memory_order_acquire)) return tags_[id];
  if (made_alone_.load(std::memory_order_relaxed) >= kMadeAlone) return all()[id];
  make_room();
  std::call_once(is_made_[id], [&] {
    made_alone_.fetch_add(1, std::memory_order_relaxed);
    make(id, table_->entries_of(id));
  });
  return tags_[id];
}

const std::vector<Tag>& TagList::all() const {
  if (is_whole_.load(std::memory_order_acquire)) return tags_;
  std::call_once(all_are_made_, [this] {
    make_room();
    const EntriesByTag entries(*table_, count_);
    for (TagId id = 0; id < count_; ++id) {
      std::call_once(is_made_[id], [&] { make(id, entries[id]); });
    }
    is_whole_.store(true, std::memory_order_release);
  });
  return tags_;
}

void TagList::make_room() const {
  std::call_once(has_room_, [this] {
    tags_ = std::vector<Tag>(count_);
    is_made_ = std::vector<std::once_flag>(count_);
  });
}

void TagList::make(TagId id, std::span<const Entry> entries) const {
  Tag& tag = tags_[id];
  tag = read_(id);
  set_prefixes(*table_, entries, tag);
}

}  // namespace servicetags::snapshot
