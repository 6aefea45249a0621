#include "snapshot/tag_list.hpp"

#include <doctest/doctest.h>

#include <string>
#include <thread>

#include "support/make_snapshot.hpp"

using namespace servicetags;
using servicetags::snapshot::list_prefixes;
using servicetags::snapshot::TagList;
using servicetags::testing::prefix;

namespace {

constexpr TagId kTags = 100;

/// Tag `id` has two prefixes, and one more that all of them share.
index::PrefixTable example_table() {
  std::vector<index::Item> items;
  for (TagId id = 0; id < kTags; ++id) {
    items.push_back({prefix("2001:db8::/32"), id});
    items.push_back({Prefix(Address::from_v4(id << 16U), 16), id});
    items.push_back({Prefix(Address::from_v4(id << 16U | 7U), 32), id});
  }
  return index::PrefixTable(std::move(items));
}

Tag without_prefixes(TagId id) {
  Tag tag;
  tag.name = "Tag" + std::to_string(id);
  tag.features = std::vector<std::string>{"NSG"};
  return tag;
}

std::vector<Tag> expected(const index::PrefixTable& table) {
  std::vector<Tag> tags;
  for (TagId id = 0; id < kTags; ++id) tags.push_back(without_prefixes(id));
  list_prefixes(table, tags);
  return tags;
}

}  // namespace

TEST_CASE("prefixes are listed sorted, in place of what was there") {
  const index::PrefixTable table = example_table();
  std::vector<Tag> tags(kTags);
  tags[3].prefixes = {prefix("9.9.9.9/32")};
  list_prefixes(table, tags);
  CHECK(tags[3].prefixes ==
        std::vector<Prefix>{prefix("0.3.0.0/16"), prefix("0.3.0.7/32"), prefix("2001:db8::/32")});
}

TEST_CASE("tags made one by one, all at once, and some of each way are the same") {
  const index::PrefixTable table = example_table();
  const std::vector<Tag> wanted = expected(table);
  for (const TagId alone : {0U, 1U, 5U, static_cast<TagId>(TagList::kMadeAlone), kTags}) {
    const TagList tags(table, kTags, without_prefixes);
    std::vector<const Tag*> given;
    for (TagId i = 0; i < alone; ++i) {
      const TagId id = kTags - 1 - i;
      given.push_back(&tags.at(id));
      CHECK(*given.back() == wanted[id]);
    }
    CHECK(tags.all() == wanted);
    for (TagId i = 0; i < alone; ++i) CHECK(given[i] == &tags.all()[kTags - 1 - i]);
  }
}

TEST_CASE("each is read once, and no more than are asked for while they are few") {
  const index::PrefixTable table = example_table();
  std::vector<int> reads(kTags);
  const TagList tags(table, kTags, [&](TagId id) {
    ++reads[id];
    return without_prefixes(id);
  });
  static_cast<void>(tags.at(8));
  static_cast<void>(tags.at(8));
  CHECK(reads[8] == 1);
  CHECK(reads[9] == 0);
  for (TagId id = 0; id <= TagList::kMadeAlone; ++id) static_cast<void>(tags.at(id));
  static_cast<void>(tags.all());
  CHECK(reads == std::vector<int>(kTags, 1));
}

TEST_CASE("tags that are there already are given as they are") {
  const index::PrefixTable table = example_table();
  const TagList tags(expected(table));
  CHECK(tags.all() == expected(table));
  CHECK(&tags.at(4) == &tags.all()[4]);
  CHECK(TagList(std::vector<Tag>{}).all().empty());
}

TEST_CASE("threads that ask for one and for all at a time see whole tags") {
  const index::PrefixTable table = example_table();
  const std::vector<Tag> wanted = expected(table);
  for (int round = 0; round < 50; ++round) {
    const TagList tags(table, kTags, without_prefixes);
    std::atomic<int> wrong = 0;
    {
      std::vector<std::jthread> threads;
      for (TagId thread = 0; thread < 4; ++thread) {
        threads.emplace_back([&, thread] {
          for (TagId id = thread; id < thread + 6; ++id) wrong += tags.at(id) != wanted[id] ? 1 : 0;
          if (thread == 3) wrong += tags.all() != wanted ? 1 : 0;
        });
      }
    }
    CHECK(wrong == 0);
    CHECK(tags.all() == wanted);
  }
}
