#include "servicetags/snapshot.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include "support/make_snapshot.hpp"
#include "support/temp_dir.hpp"

using namespace servicetags;
using servicetags::testing::address;
using servicetags::testing::make_snapshot;
using servicetags::testing::make_tag;
using servicetags::testing::prefix;

namespace {

/// "Tag prefix, Tag prefix": what people see.
std::string text_of(const Matches& matches) {
  std::string text;
  for (const Match& match : matches) {
    text += (text.empty() ? "" : ", ") + match.tag->name + " " + to_string(match.prefix);
  }
  return text;
}
std::string text_of(const std::vector<Overlap>& overlaps) {
  std::string text;
  for (const Overlap& overlap : overlaps) {
    text += (text.empty() ? "" : ", ") + overlap.tag->name + " " + to_string(overlap.prefix) + " " +
            std::string(to_string(overlap.relation));
  }
  return text;
}
AddressRange range(const char* text) { return parse_range(text).value(); }

SnapshotPtr storage_snapshot() {
  return make_snapshot({make_tag("Storage", {"198.18.0.0/16", "2001:db8::/32"}),
                        make_tag("Storage.WestUS", {"198.18.1.0/24"}, "westus"),
                        make_tag("AzureCloud", {"198.18.0.0/15", "198.18.1.0/25"}),
                        make_tag("Sql", {"198.18.1.0/24"})});
}

}  // namespace

TEST_CASE("an address answers with every tag, most specific prefix first, then by name") {
  const SnapshotPtr snapshot = storage_snapshot();
  CHECK(text_of(snapshot->lookup(address("198.18.1.200"))) ==
        "Sql 198.18.1.0/24, Storage.WestUS 198.18.1.0/24, Storage 198.18.0.0/16, "
        "AzureCloud 198.18.0.0/15");
  CHECK(text_of(snapshot->lookup(address("198.19.0.1"))) == "AzureCloud 198.18.0.0/15");
  CHECK(text_of(snapshot->lookup(address("2001:db8:1::"))) == "Storage 2001:db8::/32");
}

TEST_CASE("a tag with nested prefixes is given once, by the most specific") {
  const SnapshotPtr snapshot = storage_snapshot();
  const Matches matches = snapshot->lookup(address("198.18.1.1"));
  CHECK(text_of(matches) ==
        "AzureCloud 198.18.1.0/25, Sql 198.18.1.0/24, Storage.WestUS 198.18.1.0/24, "
        "Storage 198.18.0.0/16");
  CHECK(matches.size() == 4);
  CHECK(std::distance(matches.begin(), matches.end()) == 4);
}

TEST_CASE("an address outside every prefix has no matches, and is no error") {
  const SnapshotPtr snapshot = storage_snapshot();
  const Matches matches = snapshot->lookup(address("192.0.2.1"));
  CHECK(matches.empty());
  CHECK(matches.size() == 0);
  CHECK(matches.begin() == matches.end());
  CHECK(snapshot->tag_ids(address("192.0.2.1")).empty());
}

TEST_CASE("text is looked up when it is an address, and is an error when it is not") {
  const SnapshotPtr snapshot = storage_snapshot();
  CHECK(snapshot->lookup("198.19.0.1").value().size() == 1);
  CHECK(snapshot->lookup("192.0.2.1").value().empty());
  const auto bad = snapshot->lookup("198.19.0.01");
  REQUIRE(!bad);
  CHECK(bad.error().code == Errc::invalid_address);
}

TEST_CASE("an IPv4-mapped address answers as the IPv4 address") {
  const SnapshotPtr snapshot = storage_snapshot();
  const Address mapped = Address::from_v6(0, 0xffff'c613'0001U);
  CHECK(text_of(snapshot->lookup(mapped)) == "AzureCloud 198.18.0.0/15");
  CHECK(text_of(snapshot->lookup("::ffff:198.19.0.1").value()) == "AzureCloud 198.18.0.0/15");
  CHECK(snapshot->tag_ids(mapped).size() == 1);
}

TEST_CASE("tag ids are ascending places in tags(), shared by addresses with the same tags") {
  const SnapshotPtr snapshot = storage_snapshot();
  const auto ids = snapshot->tag_ids(address("198.18.1.1"));
  REQUIRE(ids.size() == 4);
  CHECK(std::is_sorted(ids.begin(), ids.end()));
  CHECK(snapshot->tags()[ids[0]].name == "AzureCloud");
  CHECK(snapshot->tags()[ids[3]].name == "Storage.WestUS");
  CHECK(snapshot->tag_ids(address("198.18.1.200")).data() == ids.data());
}

TEST_CASE("a prefix answers with the tags that contain it, lie in it, or overlap it") {
  const SnapshotPtr snapshot = storage_snapshot();
  CHECK(text_of(snapshot->overlaps(range("198.18.1.0/24"))) ==
        "AzureCloud 198.18.1.0/25 contains, Sql 198.18.1.0/24 equal, "
        "Storage.WestUS 198.18.1.0/24 equal, Storage 198.18.0.0/16 contains, "
        "AzureCloud 198.18.0.0/15 contains");
  CHECK(text_of(snapshot->overlaps(range("198.18.0.0/16"))) ==
        "AzureCloud 198.18.1.0/25 contains, Sql 198.18.1.0/24 contained, "
        "Storage.WestUS 198.18.1.0/24 contained, Storage 198.18.0.0/16 contains, "
        "AzureCloud 198.18.0.0/15 contains");
  CHECK(text_of(snapshot->overlaps(range("2001::/16"))) == "Storage 2001:db8::/32 overlaps");
  CHECK(snapshot->overlaps(range("192.0.2.0/24")).empty());
}

TEST_CASE("a tag contains a prefix that only several of its prefixes cover together") {
  const SnapshotPtr snapshot =
      make_snapshot({make_tag("Halves", {"198.18.0.0/25", "198.18.0.128/25"}),
                     make_tag("Half", {"198.18.0.0/25", "198.18.9.0/24"})});
  CHECK(text_of(snapshot->overlaps(range("198.18.0.0/24"))) ==
        "Half 198.18.0.0/25 overlaps, Halves 198.18.0.0/25 equal, Halves 198.18.0.128/25 equal");
}

TEST_CASE("a range that is no prefix overlaps what it cuts") {
  const SnapshotPtr snapshot = storage_snapshot();
  CHECK(text_of(snapshot->overlaps(range("198.18.255.0-198.19.0.255"))) ==
        "Storage 198.18.0.0/16 overlaps, AzureCloud 198.18.0.0/15 contains");
  CHECK(text_of(snapshot->overlaps(range("198.18.1.100-198.18.1.101"))) ==
        "AzureCloud 198.18.1.0/25 contains, Sql 198.18.1.0/24 contains, "
        "Storage.WestUS 198.18.1.0/24 contains, Storage 198.18.0.0/16 contains, "
        "AzureCloud 198.18.0.0/15 contains");
}

TEST_CASE("the whole of a family is asked without overflow") {
  const SnapshotPtr snapshot = storage_snapshot();
  CHECK(snapshot->overlaps(range("0.0.0.0/0")).size() == 5);
  CHECK(text_of(snapshot->overlaps(range("::/0"))) == "Storage 2001:db8::/32 overlaps");
}

TEST_CASE("tags are sorted ignoring case and found ignoring case") {
  const SnapshotPtr snapshot = make_snapshot(
      {make_tag("beta", {"198.18.0.0/24"}), make_tag("Alpha", {}), make_tag("Gamma", {})});
  REQUIRE(snapshot->tags().size() == 3);
  CHECK(snapshot->tags()[0].name == "Alpha");
  CHECK(snapshot->tags()[1].name == "beta");
  REQUIRE(snapshot->find_tag("BETA") != nullptr);
  CHECK(snapshot->find_tag("BETA")->name == "beta");
  CHECK(snapshot->find_tag("bet") == nullptr);
  CHECK(snapshot->find_tag("") == nullptr);
  CHECK(snapshot->find_tag("zeta") == nullptr);
}

TEST_CASE("a tag's prefixes are sorted and without repeats") {
  const SnapshotPtr snapshot =
      make_snapshot({make_tag("A", {"198.18.9.0/24", "198.18.1.0/24", "198.18.9.0/24"})});
  const Tag& tag = snapshot->tags()[0];
  CHECK(tag.prefixes == std::vector<Prefix>{prefix("198.18.1.0/24"), prefix("198.18.9.0/24")});
}

TEST_CASE("two tags of one name, ignoring case, are refused") {
  Document document;
  document.tags = {make_tag("Storage", {}), make_tag("Sql", {}), make_tag("storage", {})};
  const auto snapshot = Snapshot::make(std::move(document));
  REQUIRE(!snapshot);
  CHECK(snapshot.error().code == Errc::unexpected_shape);
  CHECK(snapshot.error().message.find("Storage") != std::string::npos);
}

TEST_CASE("info counts what is there") {
  const SnapshotPtr snapshot = storage_snapshot();
  const SnapshotInfo& info = snapshot->info();
  CHECK(info.tag_count == 4);
  CHECK(info.regional_tag_count == 1);
  CHECK(info.prefix_count == 6);
  CHECK(info.prefix_count_v4 == 5);
  CHECK(info.prefix_count_v6 == 1);
  CHECK(info.distinct_prefix_count == 5);
  CHECK(info.tag_set_count == 4);
  CHECK(!info.cloud.has_value());
}

TEST_CASE("relations have names") {
  CHECK(to_string(Relation::equal) == "equal");
  CHECK(to_string(Relation::contains) == "contains");
  CHECK(to_string(Relation::contained) == "contained");
  CHECK(to_string(Relation::overlaps) == "overlaps");
}

// load()

namespace {
const char* const kPublicFile =
    R"({"changeNumber": 7, "cloud": "Public", "values": [{"name": "A", "id": "A",
        "properties": {"region": "", "addressPrefixes": ["192.0.2.0/24"]}}]})";
const char* const kBareArray =
    R"([{"name": "A", "properties": {"addressPrefixes": ["192.0.2.0/24"]}}])";
}  // namespace

TEST_CASE("a file is loaded, and its cloud is checked when one is asked for") {
  const testing::TempDir folder;
  const std::string path = folder.write("tags.json", kPublicFile);
  const SnapshotPtr snapshot = load(path).value();
  CHECK(snapshot->info().cloud == Cloud::azure_public);
  CHECK(snapshot->info().change_number == 7);
  CHECK(load(path, Cloud::azure_public).has_value());
  const auto other = load(path, Cloud::china);
  REQUIRE(!other);
  CHECK(other.error().code == Errc::wrong_cloud);
  CHECK(other.error().where == path + "#/cloud");
  CHECK(other.error().message.find("public") != std::string::npos);
  CHECK(other.error().message.find("china") != std::string::npos);
}

TEST_CASE("data that does not say its cloud is taken at the caller's word") {
  const testing::TempDir folder;
  const std::string path = folder.write("tags.json", kBareArray);
  CHECK(!load(path).value()->info().cloud.has_value());
  CHECK(load(path, Cloud::usgov).value()->info().cloud == Cloud::usgov);
}

TEST_CASE("a file that cannot be read or parsed is named in the error") {
  const testing::TempDir folder;
  const std::string missing = folder.path("missing.json");
  CHECK(load(missing).error().code == Errc::io_failed);
  CHECK(load(missing).error().where == missing);
  const std::string broken = folder.write("broken.json", R"({"values": [{"name": 5}]})");
  CHECK(load(broken).error().code == Errc::unexpected_shape);
  CHECK(load(broken).error().where == broken + "#/values/0/name");
}
