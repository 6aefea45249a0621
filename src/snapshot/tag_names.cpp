// Tested by: tests/unit/resolve_test.cpp
#include "snapshot/tag_names.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "support/ascii.hpp"

namespace servicetags::snapshot {
namespace {

using Pair = std::pair<std::string_view, std::string_view>;

// By the part before the first dot.
constexpr std::array<Pair, 3> kAliases{{
    {"ContainerRegistry", "AzureContainerRegistry"},
    {"KeyVault", "AzureKeyVault"},
    {"FrontDoor", "AzureFrontDoor"},
}};

constexpr std::array<Pair, 6> kNeverPublished{{
    {"VirtualNetwork",
     "the address space of your own virtual network and its peers; use those addresses"},
    {"Internet", "every address outside your virtual network; use 0.0.0.0/0 if that is meant"},
    {"AzureLoadBalancer", "the health probes of Azure's load balancers, from 168.63.129.16"},
    {"AzurePlatformDNS", "Azure's own DNS for your hosts, at 168.63.129.16 port 53"},
    {"AzurePlatformIMDS", "the instance metadata service, at 169.254.169.254"},
    {"AzurePlatformLKM", "Windows licensing and key management, inside Azure"},
}};

template <std::size_t N>
std::string_view value_of(const std::array<Pair, N>& table, std::string_view key) noexcept {
  const auto found = std::find_if(table.begin(), table.end(), [&](const Pair& pair) {
    return ascii::equal_ignoring_case(pair.first, key);
  });
  return found == table.end() ? std::string_view{} : found->second;
}

std::string sorted_letters(std::string_view text) {
  std::string letters = region_key(text);
  std::sort(letters.begin(), letters.end());
  return letters;
}

bool contains_ignoring_case(std::string_view text, std::string_view part) {
  return ascii::to_lower(text).find(ascii::to_lower(part)) != std::string::npos;
}

/// How unlike two names are: 0 is best; kUnlike means not worth suggesting.
constexpr std::size_t kUnlike = 100;
std::size_t unlikeness(std::string_view wanted, std::string_view name) {
  // The same letters in another order: "uswest" for "westus".
  if (sorted_letters(wanted) == sorted_letters(name)) return 0;
  const std::size_t distance = ascii::edit_distance(wanted, name);
  if (distance <= std::max<std::size_t>(1, wanted.size() / 4)) return distance;
  const bool is_part = wanted.size() >= 4 && contains_ignoring_case(name, wanted);
  return is_part ? 10 + name.size() - wanted.size() : kUnlike;
}

std::vector<std::string> best_five(std::vector<std::pair<std::size_t, std::string>> candidates) {
  constexpr std::size_t kMost = 5;
  std::sort(candidates.begin(), candidates.end());
  std::vector<std::string> names;
  for (auto& [score, name] : candidates) {
    if (score < kUnlike && names.size() < kMost) names.push_back(std::move(name));
  }
  return names;
}

}  // namespace

std::string documented_alias(std::string_view name) {
  const auto dot = std::min(name.find('.'), name.size());
  const std::string_view published = value_of(kAliases, name.substr(0, dot));
  if (published.empty()) return {};
  return std::string(published) + std::string(name.substr(dot));
}

std::string_view never_published(std::string_view name) noexcept {
  return value_of(kNeverPublished, name);
}

std::vector<std::string> similar_tags(const Snapshot& snapshot, std::string_view name) {
  std::vector<std::pair<std::size_t, std::string>> candidates;
  const bool wants_dot = name.find('.') != std::string_view::npos;
  for (const Tag& tag : snapshot.tags()) {
    // Regional tags would crowd out the names that a dotless one can mean.
    if (tag.is_regional() && !wants_dot) continue;
    const bool by_service = ascii::equal_ignoring_case(tag.service, name);
    candidates.emplace_back(by_service ? 0 : unlikeness(name, tag.name), tag.name);
  }
  return best_five(std::move(candidates));
}

std::vector<std::string> similar_regions(const Snapshot& snapshot, std::string_view spelling) {
  std::vector<std::pair<std::size_t, std::string>> candidates;
  const std::string key = region_key(spelling);
  for (const Region& region : snapshot.regions()) {
    candidates.emplace_back(unlikeness(key, region.name), region.name);
  }
  return best_five(std::move(candidates));
}

}  // namespace servicetags::snapshot
