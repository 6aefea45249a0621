/// From the names people write to the tags that are published.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "servicetags/snapshot.hpp"

namespace servicetags {

/// Why a name led to a tag, or to none.
enum class Resolved : std::uint8_t {
  exact,     ///< published under this very name, or in other case
  renamed,   ///< documentation's name, or another spelling of the region
  regional,  ///< the tag's form for the region asked for
  // No tag:
  unknown_tag,     ///< nothing of this name; see suggestions
  unknown_region,  ///< the tag is there, no region of this name is; see suggestions
  not_in_region,   ///< tag and region are there, not the one for the other
  not_published,   ///< a tag that Azure never publishes prefixes for
};

/// The answer of resolve_tag(). `tag` is null when there is none, and `message` says
/// why and what to do, in a sentence without a final full stop.
struct TagResolution {
  const Tag* tag = nullptr;  ///< lives as long as the snapshot
  Resolved how = Resolved::unknown_tag;
  std::string requested;                 ///< the name asked for, as given
  std::string message;                   ///< empty when the tag has just this name
  std::vector<std::string> suggestions;  ///< published names to try, best first
};

/// Finds the published tag behind a name, and never composes one.
///
/// Input:  `name` as published, as documented (ContainerRegistry, KeyVault,
///         AzureFrontDoor.FrontEnd, Frontdoor.FirstParty), or with any spelling of a
///         region after its last dot; case does not matter. `region`, when not empty, asks for
///         the tag's regional form.
/// Output: the tag, or why not. A tag without a form for the region is not silently
///         replaced by the global one: the message offers it.
/// Source: names in Azure Machine Learning's network pages, 2021-11 to 2026-03; tags
///         never published: service-tags-overview (2023-01-26).
TagResolution resolve_tag(const Snapshot& snapshot, std::string_view name,
                          std::string_view region = {});

/// Which tags to list; an empty field does not filter.
struct TagFilter {
  std::string pattern{};  ///< part of the name, or with `*` and `?` the whole of it; ignores case
  std::string region{};   ///< any spelling; one that is unknown matches nothing
  std::string service{};  ///< systemService or the name before the region; ignores case
  std::string feature{};  ///< one of the tag's features; ignores case
};

/// The tags that pass the filter, in the snapshot's order.
std::vector<const Tag*> find_tags(const Snapshot& snapshot, const TagFilter& filter);

}  // namespace servicetags
