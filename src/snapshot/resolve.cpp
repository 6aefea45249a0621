// From written names to published tags.
// Tested by: tests/unit/resolve_test.cpp
#include "servicetags/resolve.hpp"

#include <algorithm>

#include "snapshot/region_table.hpp"
#include "snapshot/tag_names.hpp"
#include "support/ascii.hpp"

namespace servicetags {
namespace {

using ascii::quoted;

/// The tag of this name or of the one documentation means by it.
const Tag* find_named(const Snapshot& snapshot, std::string_view name) {
  if (const Tag* tag = snapshot.find_tag(name)) return tag;
  const std::string alias = snapshot::documented_alias(name);
  return alias.empty() ? nullptr : snapshot.find_tag(alias);
}

/// The regional form of a tag. AzureCloud spells regions as the file's field does.
const Tag* find_regional(const Snapshot& snapshot, std::string_view base, const Region& region) {
  for (const std::string& spelled : {region.suffix, region.name, region.published}) {
    const Tag* tag = snapshot.find_tag(std::string(base) + "." + spelled);
    if (tag != nullptr && snapshot.region_of(*tag) == &region) return tag;
  }
  return nullptr;
}

/// One question: what a name, or a name in a region, leads to.
class Resolver {
 public:
  Resolver(const Snapshot& snapshot, std::string_view name) : snapshot_(snapshot), name_(name) {}

  [[nodiscard]] TagResolution resolve() const {
    if (const Tag* tag = find_named(snapshot_, name_)) return found(*tag);
    // Perhaps the name ends in another spelling of a region.
    const std::string_view suffix = snapshot::suffix_of(name_);
    const Tag* base = suffix.empty() ? nullptr : find_named(snapshot_, snapshot::base_of(name_));
    if (base == nullptr) return unknown_tag();
    const bool mistyped = snapshot_.find_region(suffix) == nullptr &&
                          !snapshot::similar_tags(snapshot_, name_).empty();
    return mistyped ? unknown_tag() : in_region(*base, suffix, Resolved::renamed);
  }

  [[nodiscard]] TagResolution resolve_in(std::string_view spelling) const {
    const Tag* tag = find_named(snapshot_, name_);
    if (tag == nullptr) {
      TagResolution plain = resolve();
      if (plain.tag == nullptr) return plain;
      tag = plain.tag;
    }
    if (!tag->is_regional()) return in_region(*tag, spelling, Resolved::regional);
    // A regional tag and a region: good when they agree.
    const Region* region = snapshot_.find_region(spelling);
    if (region == nullptr) return unknown_region(spelling);
    const Region* own = snapshot_.region_of(*tag);
    if (own == region) return found(*tag);
    return none(Resolved::not_in_region,
                tag->name + " is a tag of region " + own->name + ", not of " + region->name +
                    "; name the tag without its region",
                {});
  }

 private:
  [[nodiscard]] TagResolution found(const Tag& tag) const {
    const bool same = ascii::equal_ignoring_case(tag.name, name_);
    return found(tag, same ? Resolved::exact : Resolved::renamed);
  }

  [[nodiscard]] TagResolution found(const Tag& tag, Resolved how) const {
    std::string message;
    if (tag.name != name_) message = quoted(name_) + " is published as " + tag.name;
    if (how == Resolved::regional) {
      message = quoted(name_) + " for region " + snapshot_.region_of(tag)->name +
                " is published as " + tag.name;
    }
    return {&tag, how, std::string(name_), std::move(message), {}};
  }

  [[nodiscard]] TagResolution none(Resolved how, std::string message,
                                   std::vector<std::string> suggestions) const {
    return {nullptr, how, std::string(name_), std::move(message), std::move(suggestions)};
  }

  [[nodiscard]] TagResolution unknown_tag() const {
    const std::string_view stands_for = snapshot::never_published(name_);
    if (stands_for.empty()) {
      return none(Resolved::unknown_tag, "no tag " + quoted(name_) + " in this data",
                  snapshot::similar_tags(snapshot_, name_));
    }
    return none(Resolved::not_published,
                "Azure publishes no prefixes for " + quoted(name_) + ": it stands for " +
                    std::string(stands_for),
                {});
  }

  [[nodiscard]] TagResolution unknown_region(std::string_view spelling) const {
    return none(Resolved::unknown_region, "no region " + quoted(spelling) + " in this data",
                snapshot::similar_regions(snapshot_, spelling));
  }

  /// The form of a global tag for a region.
  [[nodiscard]] TagResolution in_region(const Tag& base, std::string_view spelling,
                                        Resolved how) const {
    const Region* region = snapshot_.find_region(spelling);
    if (region == nullptr) return unknown_region(spelling);
    if (const Tag* tag = find_regional(snapshot_, base.name, *region)) return found(*tag, how);
    return none(Resolved::not_in_region,
                base.name + " is not published for region " + region->name + "; the global tag " +
                    base.name + " is",
                {base.name});
  }

  const Snapshot& snapshot_;
  std::string_view name_;
};

/// Matches `*` (any text) and `?` (any byte), ignoring case. Linear but for the stars.
bool matches_glob(std::string_view text, std::string_view glob) {
  std::size_t t = 0;
  std::size_t g = 0;
  std::size_t star = std::string_view::npos;  // the last star seen,
  std::size_t resume = 0;                     // and where the text after it was tried
  while (t < text.size()) {
    if (g < glob.size() && glob[g] == '*') {
      star = g++;
      resume = t;
    } else if (g < glob.size() &&
               (glob[g] == '?' || ascii::to_lower(glob[g]) == ascii::to_lower(text[t]))) {
      ++g;
      ++t;
    } else if (star != std::string_view::npos) {
      g = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  return glob.find_first_not_of('*', g) == std::string_view::npos;
}

bool matches_pattern(const Tag& tag, const std::string& pattern) {
  if (pattern.empty()) return true;
  if (pattern.find_first_of("*?") != std::string::npos) return matches_glob(tag.name, pattern);
  return matches_glob(tag.name, "*" + pattern + "*");
}

bool matches_service(const Tag& tag, const std::string& service) {
  if (service.empty()) return true;
  const std::string_view base = tag.is_regional() ? snapshot::base_of(tag.name) : tag.name;
  return ascii::equal_ignoring_case(tag.service, service) ||
         ascii::equal_ignoring_case(base, service);
}

bool matches_feature(const Tag& tag, const std::string& feature) {
  if (feature.empty()) return true;
  return tag.features &&
         std::any_of(tag.features->begin(), tag.features->end(), [&](const std::string& own) {
           return ascii::equal_ignoring_case(own, feature);
         });
}

}  // namespace

TagResolution resolve_tag(const Snapshot& snapshot, std::string_view name,
                          std::string_view region) {
  Resolver resolver(snapshot, name);
  return region.empty() ? resolver.resolve() : resolver.resolve_in(region);
}

std::vector<const Tag*> find_tags(const Snapshot& snapshot, const TagFilter& filter) {
  const Region* region = filter.region.empty() ? nullptr : snapshot.find_region(filter.region);
  std::vector<const Tag*> found;
  if (region == nullptr && !filter.region.empty()) return found;
  for (const Tag& tag : snapshot.tags()) {
    const bool in_region = region == nullptr || snapshot.region_of(tag) == region;
    if (in_region && matches_pattern(tag, filter.pattern) && matches_service(tag, filter.service) &&
        matches_feature(tag, filter.feature)) {
      found.push_back(&tag);
    }
  }
  return found;
}

}  // namespace servicetags
