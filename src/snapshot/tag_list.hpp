// The tags of a snapshot; those of a file are made when they are first asked for.
// Tested by: tests/unit/tag_list_test.cpp
#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <mutex>
#include <span>
#include <utility>
#include <vector>

#include "index/prefix_table.hpp"
#include "servicetags/snapshot.hpp"

namespace servicetags::snapshot {

/// Gives each tag its prefixes, sorted and without repeats, as the table has them.
void list_prefixes(const index::PrefixTable& table, std::vector<Tag>& tags);

/// All tags by TagId; each stays where it is. Any thread.
///
/// A program that asks for one address needs a few tags of three thousand, and ends: the first
/// that are asked for are made one by one. Each takes a look at the whole table, so that from
/// some number on it is quicker to make all that are left.
class TagList {
 public:
  /// How many are made one by one. All take as long as some 30 do.
  static constexpr std::size_t kMadeAlone = 16;

  /// As they are.
  explicit TagList(std::vector<Tag> tags) noexcept
      : count_(tags.size()), tags_(std::move(tags)), is_whole_(true) {}
  /// `read` gives one of them, without its prefixes. The table stays where it is.
  TagList(const index::PrefixTable& table, std::size_t count, std::function<Tag(TagId)> read)
      : table_(&table), count_(count), read_(std::move(read)) {}

  /// REQUIRES an id below the number of tags.
  [[nodiscard]] const Tag& at(TagId id) const;
  [[nodiscard]] const std::vector<Tag>& all() const;

 private:
  void make_room() const;
  void make(TagId id, std::span<const index::Entry> entries) const;

  const index::PrefixTable* table_ = nullptr;
  std::size_t count_;
  std::function<Tag(TagId)> read_;
  mutable std::vector<Tag> tags_;
  mutable std::vector<std::once_flag> is_made_;  // by TagId
  mutable std::atomic<std::size_t> made_alone_ = 0;
  mutable std::atomic<bool> is_whole_ = false;
  mutable std::once_flag has_room_;
  mutable std::once_flag all_are_made_;
};

}  // namespace servicetags::snapshot
