// Tested by: tests/unit/diff_test.cpp
#include "servicetags/diff.hpp"

#include <algorithm>
#include <iterator>

#include "support/ascii.hpp"

namespace servicetags {
namespace {

std::string joined(const std::optional<std::vector<std::string>>& features) {
  if (!features) return {};
  // Their order is not part of what is published: it varies from tag to tag.
  std::vector<std::string> sorted = *features;
  std::sort(sorted.begin(), sorted.end());
  std::string text;
  for (const std::string& feature : sorted) text += (text.empty() ? "" : ";") + feature;
  return text;
}

std::vector<Prefix> missing_from(const std::vector<Prefix>& b, const std::vector<Prefix>& a) {
  std::vector<Prefix> missing;
  std::set_difference(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(missing));
  return missing;
}

TagChange compare(const Tag& before, const Tag& after) {
  TagChange change;
  change.tag = after.name;
  change.added = missing_from(before.prefixes, after.prefixes);
  change.removed = missing_from(after.prefixes, before.prefixes);
  const auto add_field = [&](const char* field, std::string old_text, std::string new_text) {
    if (old_text == new_text) return;
    change.fields.push_back({field, std::move(old_text), std::move(new_text)});
  };
  add_field("name", before.name, after.name);
  add_field("region", before.region, after.region);
  add_field("service", before.service, after.service);
  add_field("features", joined(before.features), joined(after.features));
  return change;
}

void compare_into(const Tag& before, const Tag& after, SnapshotDiff& diff) {
  TagChange change = compare(before, after);
  if (!change.added.empty() || !change.removed.empty() || !change.fields.empty()) {
    diff.changed.push_back(std::move(change));
  } else if (before.change_number != after.change_number) {
    ++diff.renumbered;
  }
}

}  // namespace

SnapshotDiff diff(const Snapshot& before, const Snapshot& after) {
  SnapshotDiff diff;
  auto old_tag = before.tags().begin();
  auto new_tag = after.tags().begin();
  const auto old_end = before.tags().end();
  const auto new_end = after.tags().end();
  while (old_tag != old_end || new_tag != new_end) {
    if (old_tag != old_end && new_tag != new_end &&
        ascii::equal_ignoring_case(old_tag->name, new_tag->name)) {
      compare_into(*old_tag++, *new_tag++, diff);
    } else if (new_tag == new_end ||
               (old_tag != old_end &&
                ascii::compare_ignoring_case(old_tag->name, new_tag->name) < 0)) {
      diff.removed.push_back({old_tag->name, old_tag->prefixes});
      ++old_tag;
    } else {
      diff.added.push_back({new_tag->name, new_tag->prefixes});
      ++new_tag;
    }
  }
  return diff;
}

}  // namespace servicetags
