// Tested by: tests/unit/document_test.cpp, document_errors_test.cpp, document_pages_test.cpp
#include "document/document_builder.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include "document/value.hpp"
#include "support/ascii.hpp"

namespace servicetags::document {
namespace {

using json::kGoOn;
using json::Refusal;
using json::Verdict;

constexpr std::size_t kMaxFeatures = 64;  // of one tag; the files know five

Refusal too_many(std::string_view what, std::size_t limit) {
  return {Errc::limit_exceeded,
          "there are more " + std::string(what) + " than the limit of " + std::to_string(limit),
          {}};
}

/// Numbers of the prefixes that are the same as one before, in order. O(n log n).
std::vector<std::size_t> repeats_in(const std::vector<Prefix>& prefixes) {
  std::vector<std::size_t> order(prefixes.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    const auto by_prefix = prefixes[a] <=> prefixes[b];
    return by_prefix != 0 ? by_prefix < 0 : a < b;
  });
  std::vector<std::size_t> repeats;
  for (std::size_t i = 1; i < order.size(); ++i) {
    if (prefixes[order[i]] == prefixes[order[i - 1]]) repeats.push_back(order[i]);
  }
  std::sort(repeats.begin(), repeats.end());
  return repeats;
}

}  // namespace

Verdict DocumentBuilder::begin_tag() {
  if (document_.tags.size() >= limits_.max_tags) return too_many("tags", limits_.max_tags);
  tag_ = Tag{};
  prefixes_.clear();
  prefixes_ascend_ = true;
  return kGoOn;
}

Verdict DocumentBuilder::set_name(std::string_view name, json::Place place) {
  tag_.name = name;
  name_spot_ = {text_, std::move(place)};
  return check_name("tag name", name);
}

Verdict DocumentBuilder::set_region(std::string_view region) {
  tag_.region = region;
  return region.empty() ? kGoOn : check_name("region", region);
}

Verdict DocumentBuilder::set_service(std::string_view service) {
  tag_.service = service;
  return service.empty() ? kGoOn : check_name("system service", service);
}

Verdict DocumentBuilder::add_feature(std::string_view feature) {
  if (tag_.features->size() >= kMaxFeatures) return too_many("network features", kMaxFeatures);
  tag_.features->emplace_back(feature);
  return check_name("network feature", feature);
}

Verdict DocumentBuilder::add_prefix(std::string_view text, const json::Path& path) {
  if (++prefix_count_ > limits_.max_prefixes) return too_many("prefixes", limits_.max_prefixes);
  auto prefix = parse_prefix(text);
  if (!prefix && prefix.error().code == Errc::host_bits_set) {
    prefix = parse_prefix(text, HostBits::clear);
    if (prefix && next_warning_is_kept()) {
      warn(ascii::quoted(text) + " has bits beyond its length: read as " + to_string(*prefix),
           path.pointer());
    }
  }
  if (!prefix) return unexpected(ascii::quoted(text) + ": " + prefix.error().message);
  prefixes_ascend_ = prefixes_ascend_ && (prefixes_.empty() || prefixes_.back() < *prefix);
  prefixes_.push_back(*prefix);
  return kGoOn;
}

void DocumentBuilder::end_prefixes(const json::Path& path) {
  if (prefixes_ascend_) return;
  const auto repeats = repeats_in(prefixes_);
  if (repeats.empty()) return;
  for (const std::size_t i : repeats) {
    if (!next_warning_is_kept()) continue;
    warn("the prefix " + to_string(prefixes_[i]) + " is repeated in this tag: kept once",
         path.pointer() + '/' + std::to_string(i));
  }
  std::vector<Prefix> kept;
  auto next_repeat = repeats.begin();
  for (std::size_t i = 0; i < prefixes_.size(); ++i) {
    if (next_repeat != repeats.end() && *next_repeat == i) {
      ++next_repeat;
    } else {
      kept.push_back(prefixes_[i]);
    }
  }
  prefixes_ = std::move(kept);
}

void DocumentBuilder::end_tag(const json::Path& path) {
  tag_.prefixes.assign(prefixes_.begin(), prefixes_.end());
  if (tag_.prefixes.empty() && next_warning_is_kept()) {
    warn("the tag " + ascii::quoted(tag_.name) + " has no prefixes", path.pointer());
  }
  document_.tags.push_back(std::move(tag_));
  name_spots_.push_back(std::move(name_spot_));
}

Verdict DocumentBuilder::end_page(Page page) {
  if (pages_.size() >= limits_.max_tags) return too_many("pages", limits_.max_tags);
  if (page.cloud) {
    const Cloud cloud = page.cloud->value;
    if (document_.cloud.value_or(cloud) != cloud) {
      return Refusal{Errc::unexpected_shape,
                     "this page is of the cloud " + std::string(to_string(cloud)) +
                         ", those before of " + std::string(to_string(*document_.cloud)),
                     page.cloud->place};
    }
    document_.cloud = cloud;
  }
  if (page.change_number) {
    const std::uint64_t number = page.change_number->value;
    if (document_.change_number.value_or(number) != number) {
      return Refusal{Errc::unexpected_shape,
                     "this page has the change number " + std::to_string(number) +
                         ", those before " + std::to_string(*document_.change_number) +
                         ": fetch all pages again",
                     page.change_number->place};
    }
    document_.change_number = number;
  }
  pages_.emplace_back(text_, std::move(page));
  return kGoOn;
}

Result<Document> DocumentBuilder::finish() {
  if (auto error = check_pages()) return *std::move(error);
  if (auto error = check_names()) return *std::move(error);
  if (document_.tags.empty()) {
    return Error{
        Errc::unexpected_shape, "there are no tags in it", texts_.size() == 1 ? "#" : "", {}};
  }
  summarise_warnings();
  return std::move(document_);
}

std::string DocumentBuilder::where(std::size_t text, const std::string& pointer) const {
  return texts_.size() > 1 ? "page " + std::to_string(text + 1) + pointer : pointer;
}

void DocumentBuilder::warn(std::string message, const std::string& pointer) {
  document_.warnings.push_back({std::move(message), where(text_, pointer)});
}

Error DocumentBuilder::error_at(const Spot& spot, std::string message) const {
  return {Errc::unexpected_shape, std::move(message), where(spot.text, spot.place.pointer),
          json::offset_of(texts_[spot.text], spot.place.event)};
}

std::optional<Error> DocumentBuilder::check_pages() const {
  const bool joined_by_hand =
      texts_.size() == 1 && std::none_of(pages_.begin(), pages_.end(), [](const auto& numbered) {
        return numbered.second.next_link.has_value();
      });
  for (std::size_t i = 0; i < pages_.size(); ++i) {
    const auto& [text, page] = pages_[i];
    const bool is_last = i + 1 == pages_.size();
    const bool has_link = page.next_link && page.next_link->value;
    if (is_last && has_link) {
      return error_at({text, page.next_link->place},
                      "the list is not complete: fetch the page at this nextLink too, and give "
                      "all pages together");
    }
    if (!is_last && !has_link && !joined_by_hand) {
      return error_at({text, page.place},
                      "this page has no nextLink, yet another page follows: these are not the "
                      "pages of one list");
    }
  }
  return std::nullopt;
}

std::optional<Error> DocumentBuilder::check_names() const {
  std::vector<std::pair<std::string, std::size_t>> names;
  names.reserve(document_.tags.size());
  for (const Tag& tag : document_.tags) names.emplace_back(ascii::to_lower(tag.name), names.size());
  std::sort(names.begin(), names.end());
  std::size_t first = 0;
  std::size_t repeat = names.size();  // the first tag in file order that repeats a name
  for (std::size_t i = 1; i < names.size(); ++i) {
    if (names[i].first == names[i - 1].first && names[i].second < repeat) {
      first = names[i - 1].second;
      repeat = names[i].second;
    }
  }
  if (repeat == names.size()) return std::nullopt;
  const Spot& before = name_spots_[first];
  return error_at(name_spots_[repeat],
                  "the tag name " + ascii::quoted(document_.tags[repeat].name) +
                      " is taken, case aside, by " + where(before.text, before.place.pointer));
}

void DocumentBuilder::summarise_warnings() {
  if (warning_count_ <= Document::kMaxWarnings) return;
  const std::size_t left_out = warning_count_ - Document::kMaxWarnings + 1;
  document_.warnings.back() = {"and " + std::to_string(left_out) + " more, which are not listed",
                               ""};
}

}  // namespace servicetags::document
