#include "servicetags/data_export.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "support/make_snapshot.hpp"
#include "support/temp_dir.hpp"

using namespace servicetags;
using servicetags::testing::make_snapshot;
using servicetags::testing::make_tag;

namespace {

/// Of two tags, one inside of the other.
SnapshotPtr small() {
  Tag west = make_tag("Storage.WestUS", {"198.51.100.0/25", "2001:db8::/48"}, "westus");
  west.service = "AzureStorage";
  return make_snapshot({std::move(west), make_tag("Cloud", {"198.51.100.0/24", "2001:db8::/48",
                                                            "2001:db8:9::/48", "192.0.2.1/32"})});
}

std::string exported(const Snapshot& snapshot, std::string_view format,
                     std::optional<DataShape> shape = {}) {
  return export_data(snapshot, format, {.shape = shape}).value();
}

std::string message(const Result<std::string>& result) {
  REQUIRE_FALSE(result);
  CHECK(result.error().code == Errc::invalid_argument);
  return result.error().message;
}

bool has(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

}  // namespace

TEST_CASE("data export: formats are sorted, each with a usual shape that works") {
  const auto formats = data_formats();
  CHECK(std::ranges::is_sorted(formats, {}, &DataFormat::name));
  for (const DataFormat& format : formats) {
    CHECK_FALSE(format.target.empty());
    for (const DataShape shape : format.shapes) {
      CHECK_FALSE(exported(*small(), format.name, shape).empty());
    }
    CHECK(exported(*small(), format.name) ==
          exported(*small(), format.name, format.shapes.front()));
    CHECK(exported(*make_snapshot({}), format.name).empty() == (format.name == "jsonl"));
  }
}

TEST_CASE("data export: shapes have names") {
  for (const auto shape : {DataShape::tags, DataShape::prefixes, DataShape::ranges}) {
    CHECK(parse_data_shape(to_string(shape)).value() == shape);
  }
  CHECK(has(parse_data_shape("rows").error().message, "tags, prefixes, ranges"));
}

TEST_CASE("data export: CSV in three shapes") {
  const auto snapshot = small();
  CHECK(exported(*snapshot, "csv", DataShape::tags) ==
        "tag,region,service,prefix\n"
        "Cloud,,,192.0.2.1/32\n"
        "Cloud,,,198.51.100.0/24\n"
        "Cloud,,,2001:db8::/48\n"
        "Cloud,,,2001:db8:9::/48\n"
        "Storage.WestUS,westus,AzureStorage,198.51.100.0/25\n"
        "Storage.WestUS,westus,AzureStorage,2001:db8::/48\n");
  CHECK(exported(*snapshot, "csv", DataShape::prefixes) ==
        "prefix,tags\n"
        "192.0.2.1/32,Cloud\n"
        "198.51.100.0/24,Cloud\n"
        "198.51.100.0/25,Cloud;Storage.WestUS\n"
        "2001:db8::/48,Cloud;Storage.WestUS\n"
        "2001:db8:9::/48,Cloud\n");
  CHECK(exported(*snapshot, "csv", DataShape::ranges) ==
        "family,first,last,first_number,last_number,tags\n"
        "4,192.0.2.1,192.0.2.1,3221225985,3221225985,Cloud\n"
        "4,198.51.100.0,198.51.100.127,3325256704,3325256831,Cloud;Storage.WestUS\n"
        "4,198.51.100.128,198.51.100.255,3325256832,3325256959,Cloud\n"
        "6,2001:db8::,2001:db8:0:ffff:ffff:ffff:ffff:ffff,"
        "42540766411282592856903984951653826560,42540766411283801782723599580828532735,"
        "Cloud;Storage.WestUS\n"
        "6,2001:db8:9::,2001:db8:9:ffff:ffff:ffff:ffff:ffff,"
        "42540766411293473189280516614226182144,42540766411294682115100131243400888319,Cloud\n");
}

TEST_CASE("data export: JSON lines in three shapes") {
  const auto snapshot = small();
  CHECK(has(exported(*snapshot, "jsonl", DataShape::tags),
            R"({"tag":"Storage.WestUS","region":"westus","service":"AzureStorage",)"
            R"("prefix":"198.51.100.0/25"})"));
  CHECK(has(exported(*snapshot, "jsonl", DataShape::prefixes),
            R"({"prefix":"198.51.100.0/25","tags":["Cloud","Storage.WestUS"]})"));
  CHECK(has(exported(*snapshot, "jsonl", DataShape::ranges),
            R"({"family":4,"first":"198.51.100.0","last":"198.51.100.127",)"
            R"("first_number":"3325256704","last_number":"3325256831",)"
            R"("tags":["Cloud","Storage.WestUS"]})"));
}

TEST_CASE("data export: a prefix hidden by longer ones is in the shape of prefixes only") {
  const auto snapshot = make_snapshot(
      {make_tag("Outer", {"192.0.2.0/24"}), make_tag("Inner", {"192.0.2.0/25", "192.0.2.128/25"})});
  CHECK(has(exported(*snapshot, "csv", DataShape::prefixes), "192.0.2.0/24,Outer\n"));
  CHECK(has(exported(*snapshot, "csv", DataShape::ranges), "192.0.2.0,192.0.2.255,"));
}

TEST_CASE("data export: commands name the table that was asked for") {
  const auto text = export_data(*small(), "clickhouse", {.name = "mine"}).value();
  CHECK(has(text, "EXCHANGE TABLES mine_new AND mine;\n"));
  CHECK(has(text, "('198.51.100.0/25','Cloud;Storage.WestUS'),\n"));
  const auto kusto = export_data(*small(), "kusto", {.name = "mine"}).value();
  CHECK(has(kusto, "\n\n.ingest inline into table mine_new <|\nCloud,,,192.0.2.1/32,4\n"));
  CHECK(has(kusto, "2001:db8::/48,6\n\n.rename tables mine = mine_new, mine_new = mine\n"));
}

TEST_CASE("data export: many rows are several commands, each of whole rows") {
  Tag tag = make_tag("T", {});
  for (std::uint32_t i = 0; i < 40'000; ++i) tag.prefixes.emplace_back(Address::from_v4(2 * i), 32);
  const auto snapshot = make_snapshot({std::move(tag)});
  for (const auto& [format, command, rows] : {std::tuple{"clickhouse", "INSERT INTO", "\n('"},
                                              std::tuple{"kusto", ".ingest", "\nT,,,"}}) {
    const std::string text = exported(*snapshot, format);
    const auto count = [&](std::string_view part) {
      std::size_t found = 0;
      for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
        ++found;
      }
      return found;
    };
    CHECK(count(command) > 1);
    CHECK(count(rows) == 40'000);
  }
}

TEST_CASE("data export: a MaxMind DB ends in its metadata") {
  const auto snapshot = small();
  const std::string bytes =
      export_data(*snapshot, "mmdb", {.built = std::chrono::sys_seconds(std::chrono::seconds(258))})
          .value();
  const auto marker = bytes.rfind("\xab\xcd\xefMaxMind.com");
  REQUIRE(marker != std::string::npos);
  const std::string_view metadata = std::string_view(bytes).substr(marker);
  CHECK(has(metadata, "ip_version\xa1\x06"));
  CHECK(has(metadata, std::string_view("build_epoch\x02\x02\x01\x02", 15)));
  CHECK(has(metadata,
            "database_type\x52"
            "azure-service-tags"));
  const std::string_view data = std::string_view(bytes).substr(0, marker);
  CHECK(has(data, std::string_view("\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 16)));
  CHECK(has(data, "Cloud;Storage.WestUS"));
  CHECK(has(data, "AzureStorage"));
}

TEST_CASE("data export: what is refused") {
  const auto snapshot = small();
  CHECK(has(message(export_data(*snapshot, "xml")), "clickhouse, csv, jsonl, kusto, mmdb"));
  CHECK(message(export_data(*snapshot, "mmdb", {.shape = DataShape::ranges})) ==
        "format mmdb has the shape prefixes, not ranges");
  for (const char* name : {"", "A", "a b", "a;", "9a", "a-b", "a\"", "_a"}) {
    CHECK(has(message(export_data(*snapshot, "csv", {.name = name})), "expected lower case"));
  }
  CHECK_FALSE(export_data(*snapshot, "csv", {.name = std::string(49, 'a')}));
  CHECK(export_data(*snapshot, "csv", {.name = std::string(48, 'a')}));
  for (const char* name : {"a,b", "a\nb", "a'b", "a\"b", "a;b", "a b", "\xc3\xa9", "=a"}) {
    for (const DataFormat& format : data_formats()) {
      CHECK(has(message(export_data(*make_snapshot({make_tag(name, {})}), format.name)),
                "a tag's name is"));
      Tag tag = make_tag("A", {});
      tag.service = name;
      CHECK(has(message(export_data(*make_snapshot({tag}), format.name)), "service of A is"));
      tag.service = {};
      tag.region = name;
      CHECK(has(message(export_data(*make_snapshot({tag}), format.name)), "of A is"));
    }
  }
}

TEST_CASE("data export: a file is replaced whole, or left as it was") {
  const testing::TempDir folder;
  const std::string path = folder.path("tags.csv");
  const auto content = [&] {
    std::stringstream text;
    text << std::ifstream(path).rdbuf();
    return text.str();
  };
  REQUIRE(export_data_to(path, *small(), "csv"));
  CHECK(content() == exported(*small(), "csv"));
  CHECK_FALSE(export_data_to(path, *make_snapshot({make_tag("a,b", {})}), "csv"));
  CHECK(content() == exported(*small(), "csv"));
  const auto lost = export_data_to(folder.path("no/such/tags.csv"), *small(), "csv");
  REQUIRE_FALSE(lost);
  CHECK(lost.error().code == Errc::io_failed);
}
