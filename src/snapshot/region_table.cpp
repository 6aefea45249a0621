// Tested by: tests/unit/region_test.cpp
#include "snapshot/region_table.hpp"

#include <algorithm>
#include <tuple>

#include "snapshot/region_names.hpp"
#include "support/ascii.hpp"

namespace servicetags {

std::string region_key(std::string_view spelling) {
  std::string key;
  for (const char c : spelling) {
    if (!ascii::is_blank(c) && c != '-' && c != '_') key += ascii::to_lower(c);
  }
  return key;
}

namespace snapshot {
namespace {

/// One suffix among the tags of one published region.
struct Suffix {
  std::string spelled;  // the form with most capitals: FranceCentral, not francecentral
  std::size_t tags = 0;
};
using Suffixes = std::map<std::string, Suffix>;  // by region_key()

std::size_t capitals_in(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), ascii::is_upper));
}

/// Suffixes of each published region, as found in the tags' names.
std::map<std::string, Suffixes> collect(std::span<const Tag> tags) {
  std::map<std::string, Suffixes> by_published;
  for (const Tag& tag : tags) {
    if (!tag.is_regional()) continue;
    Suffixes& suffixes = by_published[tag.region];
    const std::string_view spelled = suffix_of(tag.name);
    if (spelled.empty()) continue;
    Suffix& suffix = suffixes[region_key(spelled)];
    ++suffix.tags;
    if (suffix.spelled.empty() || capitals_in(spelled) > capitals_in(suffix.spelled)) {
      suffix.spelled = spelled;
    }
  }
  return by_published;
}

/// Leaves the suffixes that stand for a region. AzureCloud spells it as the field does,
/// in lower case: that one goes when another is there, since it is no name of its own.
void keep_regions(Suffixes& suffixes, const std::string& published) {
  const std::string field = region_key(published);
  std::erase_if(suffixes, [&](const auto& item) {
    return item.first != field && item.second.tags < 2 && !is_known_name(item.first);
  });
  const auto same = suffixes.find(field);
  if (same == suffixes.end() || suffixes.size() == 1) return;
  if (capitals_in(same->second.spelled) == 0) suffixes.erase(same);
}

Region make_region(const std::string& key, const Suffix& suffix, const std::string& published) {
  return {key, display_name(suffix.spelled), published, suffix.spelled, 0};
}

/// The region of a file that has no telling suffix for it.
Region make_region(const std::string& published) {
  const std::string_view known = known_name(published);
  const std::string name = known.empty() ? region_key(published) : std::string(known);
  return {name, display_name(published), published, published, 0};
}

}  // namespace

std::string_view suffix_of(std::string_view tag_name) noexcept {
  const auto dot = tag_name.rfind('.');
  return dot == std::string_view::npos ? std::string_view{} : tag_name.substr(dot + 1);
}

std::string_view base_of(std::string_view tag_name) noexcept {
  return tag_name.substr(0, tag_name.rfind('.'));
}

RegionTable::RegionTable(std::span<const Tag> tags) {
  const MainRegions main_of = add_regions(tags);
  add_spellings(main_of);
  place_tags(tags, main_of);
}

RegionTable::MainRegions RegionTable::add_regions(std::span<const Tag> tags) {
  MainRegions main_of;
  for (auto& [published, suffixes] : collect(tags)) {
    keep_regions(suffixes, published);
    const bool only_the_field = suffixes.size() == 1 && !known_name(published).empty() &&
                                suffixes.begin()->first == region_key(published);
    if (suffixes.empty() || only_the_field) {
      regions_.push_back(make_region(published));
      main_of[published] = regions_.back().name;
      continue;
    }
    std::size_t most = 0;
    for (const auto& [key, suffix] : suffixes) {
      regions_.push_back(make_region(key, suffix, published));
      if (suffix.tags > most) main_of[published] = key;
      most = std::max(most, suffix.tags);
    }
  }
  std::sort(regions_.begin(), regions_.end(), [](const Region& a, const Region& b) {
    return std::tie(a.name, a.published) < std::tie(b.name, b.published);
  });
  return main_of;
}

void RegionTable::add_spellings(const MainRegions& main_of) {
  // Names come first: a spelling that is one region's name is not another's alias.
  const auto count = static_cast<std::uint32_t>(regions_.size());
  for (std::uint32_t i = 0; i < count; ++i) by_key_.try_emplace(regions_[i].name, i);
  for (std::uint32_t i = 0; i < count; ++i) {
    const Region& region = regions_[i];
    if (main_of.at(region.published) == region.name) {
      by_key_.try_emplace(region_key(region.published), i);
    }
    by_key_.try_emplace(region_key(region.display), i);
  }
}

void RegionTable::place_tags(std::span<const Tag> tags, const MainRegions& main_of) {
  tag_regions_.reserve(tags.size());
  for (const Tag& tag : tags) {
    tag_regions_.push_back(kNone);
    if (!tag.is_regional()) continue;
    auto place = by_key_.find(region_key(suffix_of(tag.name)));
    if (place == by_key_.end() || regions_[place->second].published != tag.region) {
      place = by_key_.find(main_of.at(tag.region));
    }
    tag_regions_.back() = place->second;
    ++regions_[place->second].tag_count;
  }
}

const Region* RegionTable::find(std::string_view spelling) const {
  const auto place = by_key_.find(region_key(spelling));
  return place == by_key_.end() ? nullptr : &regions_[place->second];
}

}  // namespace snapshot
}  // namespace servicetags
