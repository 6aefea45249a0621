// Everything here rests on one fact: two prefixes are nested or apart, so the fewest
// prefixes of a set are the largest ones that fit into it, and any prefix inside the set
// is inside exactly one of them.
// Tested by: tests/unit/prefix_set_test.cpp, tests/property/aggregate_vs_bitmap_test.cpp
#include "servicetags/prefix_set.hpp"

#include <algorithm>
#include <array>
#include <iterator>

#include "ip/uint128.hpp"

namespace servicetags {
namespace {

using Prefixes = std::span<const Prefix>;

Prefix parent_of(const Prefix& prefix) noexcept { return {prefix.network(), prefix.length() - 1}; }

/// REQUIRES a prefix of more than one address.
std::array<Prefix, 2> halves_of(const Prefix& prefix) noexcept {
  const unsigned length = prefix.length() + 1;
  const Prefix low(prefix.network(), length);
  return {low, Prefix(prefix.last(), length)};
}

/// REQUIRES that they are apart.
bool are_halves(const Prefix& a, const Prefix& b) noexcept {
  return a.length() == b.length() && a.length() > 0 && parent_of(a) == parent_of(b);
}

/// Adds the next prefix in order to the fewest of those before.
void append(std::vector<Prefix>& fewest, const Prefix& prefix) {
  if (!fewest.empty() && fewest.back().contains(prefix)) return;
  fewest.push_back(prefix);
  while (fewest.size() > 1 && are_halves(fewest.end()[-2], fewest.back())) {
    fewest.pop_back();
    fewest.back() = parent_of(fewest.back());
  }
}

/// Adds the next prefixes in order: what is left of `prefix` without `holes`, which all
/// lie inside it and apart. Recursion is at most as deep as an address is long.
void append_outside(std::vector<Prefix>& rest, const Prefix& prefix, Prefixes holes) {
  if (holes.empty()) {
    rest.push_back(prefix);
  } else if (holes.front() != prefix) {
    const auto [low, high] = halves_of(prefix);
    const auto in_low = [&low = low](const Prefix& hole) { return low.contains(hole); };
    const auto middle = std::partition_point(holes.begin(), holes.end(), in_low);
    append_outside(rest, low, {holes.begin(), middle});
    append_outside(rest, high, {middle, holes.end()});
  }
}

/// Whether nothing lies between the two. REQUIRES a <= b.
bool touch(const Address& a, const Address& b) noexcept {
  return a.family() == b.family() && ip::number_of(b) - ip::number_of(a) <= 1;
}

/// Adds a range that starts no earlier than all before, joining it to the last if it can.
void append(std::vector<AddressRange>& maximal, const AddressRange& range) {
  if (!maximal.empty()) {
    Address& last = maximal.back().last;
    if (range.first <= last || touch(last, range.first)) {
      last = std::max(last, range.last);
      return;
    }
  }
  maximal.push_back(range);
}

/// The first prefix that starts after the address.
Prefixes::iterator after(Prefixes prefixes, const Address& address) noexcept {
  return std::upper_bound(prefixes.begin(), prefixes.end(), address,
                          [](const Address& a, const Prefix& b) { return a < b.network(); });
}

}  // namespace

PrefixSet::PrefixSet(std::span<const Prefix> prefixes) : prefixes_(aggregate(prefixes)) {}

PrefixSet::PrefixSet(std::span<const AddressRange> ranges) {
  std::vector<AddressRange> sorted(ranges.begin(), ranges.end());
  std::sort(sorted.begin(), sorted.end(),
            [](const AddressRange& a, const AddressRange& b) { return a.first < b.first; });
  std::vector<AddressRange> maximal;
  for (const AddressRange& range : sorted) append(maximal, range);
  for (const AddressRange& range : maximal) {
    const std::vector<Prefix> fewest = to_prefixes(range);
    prefixes_.insert(prefixes_.end(), fewest.begin(), fewest.end());
  }
}

PrefixSet PrefixSet::all(Family family) {
  PrefixSet set;
  set.prefixes_.emplace_back(ip::address_of(family, 0), 0);
  return set;
}

AddressCount PrefixSet::address_count() const noexcept {
  AddressCount count;
  for (const Prefix& prefix : prefixes_) {
    count += AddressCount::power_of_two(address_bits(prefix.family()) - prefix.length());
  }
  return count;
}

std::vector<AddressRange> PrefixSet::ranges() const {
  std::vector<AddressRange> maximal;
  for (const Prefix& prefix : prefixes_) append(maximal, AddressRange::of(prefix));
  return maximal;
}

PrefixSet PrefixSet::family(Family family) const {
  PrefixSet part;
  std::copy_if(prefixes_.begin(), prefixes_.end(), std::back_inserter(part.prefixes_),
               [family](const Prefix& prefix) { return prefix.family() == family; });
  return part;
}

bool PrefixSet::contains(const Address& address) const noexcept {
  return contains(Prefix(address, address_bits(address.family())));
}

bool PrefixSet::contains(const Prefix& prefix) const noexcept {
  const auto next = after(prefixes_, prefix.network());
  return next != prefixes().begin() && std::prev(next)->contains(prefix);
}

bool PrefixSet::contains(const PrefixSet& other) const noexcept {
  return std::all_of(other.prefixes_.begin(), other.prefixes_.end(),
                     [this](const Prefix& prefix) { return contains(prefix); });
}

bool PrefixSet::overlaps(const PrefixSet& other) const noexcept {
  auto a = prefixes_.begin();
  auto b = other.prefixes_.begin();
  while (a != prefixes_.end() && b != other.prefixes_.end()) {
    if (a->overlaps(*b)) return true;
    ++(*a < *b ? a : b);
  }
  return false;
}

PrefixSet unite(const PrefixSet& a, const PrefixSet& b) {
  std::vector<Prefix> sorted;
  sorted.reserve(a.size() + b.size());
  std::merge(a.prefixes_.begin(), a.prefixes_.end(), b.prefixes_.begin(), b.prefixes_.end(),
             std::back_inserter(sorted));
  PrefixSet both;
  for (const Prefix& prefix : sorted) append(both.prefixes_, prefix);
  return both;
}

PrefixSet intersect(const PrefixSet& a, const PrefixSet& b) {
  PrefixSet common;
  auto in_a = a.prefixes_.begin();
  auto in_b = b.prefixes_.begin();
  while (in_a != a.prefixes_.end() && in_b != b.prefixes_.end()) {
    if (in_a->contains(*in_b)) {
      common.prefixes_.push_back(*in_b++);
    } else if (in_b->contains(*in_a)) {
      common.prefixes_.push_back(*in_a++);
    } else {
      ++(*in_a < *in_b ? in_a : in_b);
    }
  }
  return common;
}

PrefixSet subtract(const PrefixSet& a, const PrefixSet& b) {
  PrefixSet rest;
  auto hole = b.prefixes_.begin();
  const auto end = b.prefixes_.end();
  for (const Prefix& prefix : a.prefixes_) {
    while (hole != end && *hole < prefix && !hole->contains(prefix)) ++hole;
    if (hole != end && hole->contains(prefix)) continue;
    const auto first_inside = hole;
    while (hole != end && prefix.contains(*hole)) ++hole;
    append_outside(rest.prefixes_, prefix, {first_inside, hole});
  }
  return rest;
}

PrefixSet complement(const PrefixSet& set, Family family) {
  return subtract(PrefixSet::all(family), set);
}

std::vector<Prefix> aggregate(std::span<const Prefix> prefixes) {
  std::vector<Prefix> sorted(prefixes.begin(), prefixes.end());
  std::sort(sorted.begin(), sorted.end());
  std::vector<Prefix> fewest;
  for (const Prefix& prefix : sorted) append(fewest, prefix);
  return fewest;
}

}  // namespace servicetags
