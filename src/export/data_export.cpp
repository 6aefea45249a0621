// Tested by: tests/unit/data_export_test.cpp
#include "servicetags/data_export.hpp"

#include <algorithm>
#include <array>

#include "export/data_writer.hpp"
#include "rules/names.hpp"
#include "servicetags/version.hpp"
#include "support/ascii.hpp"
#include "support/write_file.hpp"

namespace servicetags {
namespace {

struct Writer {
  DataFormat format;
  std::string (*write)(const data::Job& job);
};

constexpr std::array kShapes{DataShape::tags, DataShape::prefixes, DataShape::ranges};
constexpr std::span<const DataShape> kAll = kShapes;
constexpr std::span<const DataShape> kTags = kAll.subspan(0, 1);
constexpr std::span<const DataShape> kPrefixes = kAll.subspan(1, 1);

constexpr std::array kWriters{
    Writer{{"clickhouse", "ClickHouse: a table and an ip_trie dictionary", kPrefixes},
           data::write_clickhouse},
    Writer{{"csv", "DuckDB, Spark, Splunk, spreadsheets", kAll}, data::write_csv},
    Writer{{"jsonl", "anything that reads JSON lines", kAll}, data::write_jsonl},
    Writer{{"kusto", "Azure Data Explorer and Fabric: a table for ipv4_lookup", kTags},
           data::write_kusto},
    Writer{{"mmdb", "MaxMind DB readers: nginx, rsyslog, Vector, and libraries of every language",
            kPrefixes, false},
           data::write_mmdb}};

constexpr auto kFormats = [] {
  std::array<DataFormat, kWriters.size()> formats;
  for (std::size_t i = 0; i < formats.size(); ++i) formats[i] = kWriters[i].format;
  return formats;
}();

Error refused(std::string message) { return {Errc::invalid_argument, std::move(message), {}, {}}; }

template <typename Items, typename Name>
std::string list_of(const Items& items, const Name& name) {
  std::string text;
  for (const auto& item : items) text += (text.empty() ? "" : ", ") + std::string(name(item));
  return text;
}

Result<const Writer*> find_writer(std::string_view name) {
  const auto* const found =
      std::ranges::find(kWriters, name, [](const Writer& one) { return one.format.name; });
  if (found != kWriters.end()) return found;
  return refused("no format " + ascii::quoted(name) + "; it is one of " +
                 list_of(kFormats, [](const DataFormat& one) { return one.name; }));
}

Result<DataShape> shape_for(const DataFormat& format, std::optional<DataShape> wanted) {
  const DataShape shape = wanted.value_or(format.shapes.front());
  if (std::ranges::find(format.shapes, shape) != format.shapes.end()) return shape;
  return refused("format " + std::string(format.name) + " has the shape " +
                 list_of(format.shapes, [](DataShape one) { return to_string(one); }) + ", not " +
                 std::string(to_string(shape)));
}

/// Names of tables, taken as they are by every target.
bool is_name(std::string_view name) {
  return !name.empty() && name.size() <= 48 && ascii::is_lower(name.front()) &&
         std::ranges::all_of(
             name, [](char c) { return ascii::is_lower(c) || ascii::is_digit(c) || c == '_'; });
}

Result<void> check_names(const Snapshot& snapshot) {
  const auto check = [](std::string_view what, std::string_view text) -> Result<void> {
    if (rules::is_tag_name(text)) return {};
    return refused(std::string(what) + " is " + ascii::quoted(text) +
                   ", expected letters, digits, '.', '_' and '-', at most 128");
  };
  for (const Tag& tag : snapshot.tags()) {
    if (auto checked = check("a tag's name", tag.name); !checked) return checked;
    for (const std::string& text : {tag.region, tag.service}) {
      if (text.empty()) continue;
      if (auto checked = check("region or service of " + tag.name, text); !checked) return checked;
    }
  }
  return {};
}

}  // namespace

namespace data {

std::vector<std::string> joined_names(const Snapshot& snapshot, std::string_view separator,
                                      std::string_view quotes) {
  std::vector<std::string> names(snapshot.info().tag_set_count + 1);
  for (TagSetId set = 0; set < names.size(); ++set) {
    for (const TagId id : snapshot.tag_set(set)) {
      if (!names[set].empty()) names[set] += separator;
      names[set].append(quotes).append(snapshot.tags()[id].name).append(quotes);
    }
  }
  return names;
}

std::string tag_cells(const Tag& tag) { return tag.name + "," + tag.region + "," + tag.service; }

std::string provenance(const Snapshot& snapshot) {
  const SnapshotInfo& info = snapshot.info();
  return "Azure service tags, cloud " +
         (info.cloud ? std::string(to_string(*info.cloud)) : "unknown") + ", change number " +
         (info.change_number ? std::to_string(*info.change_number) : "unknown") + ", " +
         std::to_string(info.tag_count) + " tags, " + std::to_string(info.distinct_prefix_count) +
         " prefixes; by servicetags " + SERVICETAGS_VERSION;
}

}  // namespace data

std::string_view to_string(DataShape shape) noexcept {
  switch (shape) {
    case DataShape::tags: return "tags";
    case DataShape::prefixes: return "prefixes";
    case DataShape::ranges: return "ranges";
  }
  return "";
}

Result<DataShape> parse_data_shape(std::string_view name) {
  for (const DataShape shape : kShapes) {
    if (name == to_string(shape)) return shape;
  }
  return refused("no shape " + ascii::quoted(name) + "; it is one of " +
                 list_of(kShapes, [](DataShape one) { return to_string(one); }));
}

std::span<const DataFormat> data_formats() noexcept { return kFormats; }

Result<std::string> export_data(const Snapshot& snapshot, std::string_view format,
                                const DataOptions& options) {
  const auto writer = find_writer(format);
  if (!writer) return writer.error();
  const auto shape = shape_for((*writer)->format, options.shape);
  if (!shape) return shape.error();
  if (!is_name(options.name)) {
    return refused("the name is " + ascii::quoted(options.name) +
                   ", expected lower case letters, digits and underscores, a letter first, at "
                   "most 48");
  }
  if (auto checked = check_names(snapshot); !checked) return std::move(checked).error();
  return (*writer)->write({snapshot, *shape, options});
}

Result<void> export_data_to(const std::string& path, const Snapshot& snapshot,
                            std::string_view format, const DataOptions& options) {
  const auto bytes = export_data(snapshot, format, options);
  if (!bytes) return bytes.error();
  return replace_file(path, {*bytes});
}

}  // namespace servicetags
