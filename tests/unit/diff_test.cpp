#include "servicetags/diff.hpp"

#include <doctest/doctest.h>

#include "support/make_snapshot.hpp"

using namespace servicetags;
using servicetags::testing::make_snapshot;
using servicetags::testing::make_tag;
using servicetags::testing::prefix;

namespace {
using Prefixes = std::vector<Prefix>;

Tag numbered(Tag tag, std::uint64_t change_number) {
  tag.change_number = change_number;
  return tag;
}
}  // namespace

TEST_CASE("equal content is no difference, whatever the order and the change numbers") {
  const auto before = make_snapshot({numbered(make_tag("A", {"192.0.2.0/25", "198.18.0.0/24"}), 3),
                                     make_tag("B", {"192.0.2.128/25"})});
  const auto after = make_snapshot({make_tag("B", {"192.0.2.128/25"}),
                                    numbered(make_tag("A", {"198.18.0.0/24", "192.0.2.0/25"}), 4)});
  const SnapshotDiff changes = diff(*before, *after);
  CHECK(changes.empty());
  CHECK(changes.renumbered == 1);
}

TEST_CASE("tags come and go with their prefixes") {
  const auto before =
      make_snapshot({make_tag("Gone", {"192.0.2.0/24"}), make_tag("Same", {"198.18.0.0/24"})});
  const auto after = make_snapshot({make_tag("Same", {"198.18.0.0/24"}),
                                    make_tag("Fresh", {"203.0.113.0/24"}), make_tag("Zulu", {})});
  const SnapshotDiff changes = diff(*before, *after);
  CHECK(!changes.empty());
  REQUIRE(changes.added.size() == 2);
  CHECK(changes.added[0].tag == "Fresh");
  CHECK(changes.added[0].prefixes == Prefixes{prefix("203.0.113.0/24")});
  CHECK(changes.added[1].tag == "Zulu");
  REQUIRE(changes.removed.size() == 1);
  CHECK(changes.removed[0].tag == "Gone");
  CHECK(changes.removed[0].prefixes == Prefixes{prefix("192.0.2.0/24")});
  CHECK(changes.changed.empty());
}

TEST_CASE("prefixes added and removed are told apart, under an equal change number too") {
  const auto before =
      make_snapshot({numbered(make_tag("A", {"192.0.2.0/25", "192.0.2.128/25"}), 3)});
  const auto after = make_snapshot({numbered(make_tag("A", {"192.0.2.0/25", "198.18.0.0/24"}), 3)});
  const SnapshotDiff changes = diff(*before, *after);
  REQUIRE(changes.changed.size() == 1);
  CHECK(changes.changed[0].tag == "A");
  CHECK(changes.changed[0].added == Prefixes{prefix("198.18.0.0/24")});
  CHECK(changes.changed[0].removed == Prefixes{prefix("192.0.2.128/25")});
  CHECK(changes.changed[0].fields.empty());
  CHECK(changes.renumbered == 0);
}

TEST_CASE("changed fields are named with both values") {
  Tag old_tag = make_tag("Storage.WestUS", {"192.0.2.0/24"}, "westus");
  old_tag.features = {{"NSG", "API"}};
  Tag new_tag = make_tag("storage.WestUS", {"192.0.2.0/24"}, "westus2");
  new_tag.service = "AzureStorage";
  const SnapshotDiff changes = diff(*make_snapshot({old_tag}), *make_snapshot({new_tag}));
  REQUIRE(changes.changed.size() == 1);
  const TagChange& change = changes.changed[0];
  CHECK(change.tag == "storage.WestUS");
  REQUIRE(change.fields.size() == 4);
  CHECK(change.fields[0].field == "name");
  CHECK(change.fields[1].field == "region");
  CHECK(change.fields[1].before == "westus");
  CHECK(change.fields[1].after == "westus2");
  CHECK(change.fields[2].field == "service");
  CHECK(change.fields[2].before.empty());
  CHECK(change.fields[3].field == "features");
  CHECK(change.fields[3].before == "API;NSG");
  CHECK(change.fields[3].after.empty());
}

TEST_CASE("the order of features is not a change") {
  Tag old_tag = make_tag("A", {"192.0.2.0/24"});
  old_tag.features = {{"API", "NSG"}};
  Tag new_tag = old_tag;
  new_tag.features = {{"NSG", "API"}};
  CHECK(diff(*make_snapshot({old_tag}), *make_snapshot({new_tag})).empty());
}
