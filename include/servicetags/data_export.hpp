/// The whole of a snapshot as data that other engines load.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "servicetags/snapshot.hpp"

namespace servicetags {

/// What a row is about.
enum class DataShape : std::uint8_t {
  /// Each tag with each of its prefixes: for engines that give every match.
  tags,
  /// Each distinct prefix with its tags and those of all prefixes around it: for engines
  /// that give the longest match alone, and would lose the others.
  prefixes,
  /// Disjoint ranges of equal tags, in order: for joins by order (ASOF, BETWEEN).
  ranges,
};
/// "tags", "prefixes", "ranges". Static storage.
std::string_view to_string(DataShape shape) noexcept;
/// Errors: invalid_argument, naming the three.
Result<DataShape> parse_data_shape(std::string_view name);

/// One format that a snapshot can be written in. Static storage.
struct DataFormat {
  std::string_view name;              ///< e.g. "mmdb"
  std::string_view target;            ///< who reads it, in a phrase
  std::span<const DataShape> shapes;  ///< those it can have, the usual one first
  bool is_text = true;
};

/// All formats, sorted by name.
std::span<const DataFormat> data_formats() noexcept;

struct DataOptions {
  /// Absent: the format's usual one.
  std::optional<DataShape> shape{};
  /// Begins the names of tables and dictionaries: 1 to 48 lower case letters, digits and
  /// underscores, a letter first.
  std::string name = "service_tags";
  /// When the data was fetched, for formats that say so; 1970 when unknown.
  std::chrono::sys_seconds built{};
};

/// Writes a snapshot in one format.
///
/// Output: the same bytes for the same snapshot and options, on any machine. Rows are sorted
///         by tag, or by address with IPv4 first; names of tags within a row by name, joined
///         by ";" where a format has no lists. Regions are spelled as published, as in Tag.
///
///     csv, jsonl      tags: tag,region,service,prefix   prefixes: prefix,tags
///                     ranges: family,first,last,first_number,last_number,tags
///     mmdb            MaxMind DB 2.0, records {tags, tag, tags_text, region, service};
///                     `tag`, `region` and `service` are of the tag with the fewest prefixes.
///                     IPv4-mapped addresses are aliases of IPv4; 2002::/16 is not.
///     clickhouse      SQL: a table, swapped in whole, and an ip_trie dictionary NAME_trie over it
///     kusto           KQL commands: a table, swapped in whole, for ipv4_lookup and ipv6_lookup
///
/// Errors: invalid_argument for a format, shape or name that is not known, and for a tag,
///         region or service that is not of letters, digits, '.', '_' and '-' (no published one
///         is): nothing in the output needs quotes, in any target.
/// Source: MaxMind DB File Format Specification 2.0; ClickHouse's and Azure Data Explorer's
///         reference, both as of 2026.
Result<std::string> export_data(const Snapshot& snapshot, std::string_view format,
                                const DataOptions& options = {});

/// Writes it to a file, which is replaced whole: readers see the old one or the new one.
/// Errors: those of export_data(); io_failed; what was there before is there still.
Result<void> export_data_to(const std::string& path, const Snapshot& snapshot,
                            std::string_view format, const DataOptions& options = {});

}  // namespace servicetags
