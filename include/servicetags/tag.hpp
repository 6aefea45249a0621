/// Service tags as they are published.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "servicetags/prefix.hpp"
#include "servicetags/result.hpp"

namespace servicetags {

/// The clouds that publish service tags, each its own file.
enum class Cloud : std::uint8_t { azure_public, usgov, china, germany };

/// "public", "usgov", "china", "germany". Static storage.
std::string_view to_string(Cloud cloud) noexcept;
/// As in the files: "Public", "AzureGovernment", "China", "AzureGermany". Static storage.
std::string_view published_name(Cloud cloud) noexcept;
/// Reads either of the two names, ignoring case.
/// Errors: invalid_argument, naming the four.
Result<Cloud> parse_cloud(std::string_view name);

/// One service tag. A plain value.
///
/// Source: learn.microsoft.com/azure/virtual-network/service-tags-overview (2023-01-26)
/// and the files themselves, 2019 to 2026.
struct Tag {
  /// As published, e.g. "Storage.WestUS". A dot alone does not make a tag regional.
  std::string name;
  /// The file's `region`, e.g. "westus" or "centralfrance"; empty for a global tag.
  std::string region;
  /// The file's `systemService`, e.g. "AzureStorage"; may be empty.
  std::string service;
  /// Counts the tag's own changes; comparable within one cloud and one source only.
  std::optional<std::uint64_t> change_number;
  /// Where the tag may be used by name: "API", "NSG", "UDR", "FW", "VSE". Absent when
  /// the file says null or nothing: it expands, but may not be usable by name.
  std::optional<std::vector<std::string>> features;
  /// In a Document: in file order. In a Snapshot: sorted, without repeats.
  std::vector<Prefix> prefixes;

  [[nodiscard]] bool is_regional() const noexcept { return !region.empty(); }

  friend bool operator==(const Tag&, const Tag&) = default;
};

}  // namespace servicetags
