// The regions of a file, and every way to spell them.
// Tested by: tests/unit/region_test.cpp
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "servicetags/region.hpp"
#include "servicetags/tag.hpp"

namespace servicetags::snapshot {

/// Derived from the tags: a regional tag ties its suffix to its `region` field. A suffix
/// counts as a spelling of the region when it equals the field, when two or more tags
/// use it, or when it is a known region's name; so `AzurePortal.AzureAppServiceUx`,
/// which has a region, does not make AzureAppServiceUx one. Immutable.
class RegionTable {
 public:
  static constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();

  RegionTable() = default;
  explicit RegionTable(std::span<const Tag> tags);

  [[nodiscard]] std::span<const Region> regions() const noexcept { return regions_; }
  [[nodiscard]] const Region* find(std::string_view spelling) const;
  /// The region of the tag at this place in the constructor's list; null when global.
  [[nodiscard]] const Region* region_of(std::size_t tag) const noexcept {
    return tag_regions_[tag] == kNone ? nullptr : &regions_[tag_regions_[tag]];
  }

 private:
  /// For each published region, the name of the one most of its tags belong to.
  using MainRegions = std::map<std::string, std::string>;

  MainRegions add_regions(std::span<const Tag> tags);
  void add_spellings(const MainRegions& main_of);
  void place_tags(std::span<const Tag> tags, const MainRegions& main_of);

  std::vector<Region> regions_;                  // sorted by name
  std::map<std::string, std::uint32_t> by_key_;  // region_key() of a spelling to region
  std::vector<std::uint32_t> tag_regions_;
};

/// What follows the last dot of a tag's name; empty when there is none.
std::string_view suffix_of(std::string_view tag_name) noexcept;
/// What comes before the last dot of a tag's name; all of it when there is none.
std::string_view base_of(std::string_view tag_name) noexcept;

}  // namespace servicetags::snapshot
