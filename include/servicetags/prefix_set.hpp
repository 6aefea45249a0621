/// Sets of addresses, and the algebra of their prefixes.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "servicetags/address_count.hpp"
#include "servicetags/prefix.hpp"

namespace servicetags {

/// A set of addresses of both families, kept as the fewest prefixes that hold just
/// those addresses: sorted, disjoint, no two that could be joined. Equal sets are
/// equal values, whichever prefixes they were made from.
///
/// Immutable; any thread. Making one is O(n log n), combining two is linear.
class PrefixSet {
 public:
  PrefixSet() = default;

  /// The set that these prefixes cover: any order, overlaps and repeats welcome.
  /// Nothing is lost and nothing is added.
  explicit PrefixSet(std::span<const Prefix> prefixes);
  explicit PrefixSet(std::span<const AddressRange> ranges);
  /// Every address of one family.
  static PrefixSet all(Family family);

  /// The fewest prefixes, in order. Valid as long as the set.
  [[nodiscard]] std::span<const Prefix> prefixes() const noexcept { return prefixes_; }
  [[nodiscard]] std::size_t size() const noexcept { return prefixes_.size(); }
  [[nodiscard]] bool empty() const noexcept { return prefixes_.empty(); }
  [[nodiscard]] AddressCount address_count() const noexcept;
  /// The same addresses as maximal ranges, in order; no two touch.
  [[nodiscard]] std::vector<AddressRange> ranges() const;
  /// The part that is of one family.
  [[nodiscard]] PrefixSet family(Family family) const;

  /// O(log n) for each address or prefix that is asked for; overlaps() is linear.
  [[nodiscard]] bool contains(const Address& address) const noexcept;
  [[nodiscard]] bool contains(const Prefix& prefix) const noexcept;
  [[nodiscard]] bool contains(const PrefixSet& other) const noexcept;
  [[nodiscard]] bool overlaps(const PrefixSet& other) const noexcept;

  friend bool operator==(const PrefixSet&, const PrefixSet&) = default;

  friend PrefixSet unite(const PrefixSet& a, const PrefixSet& b);
  friend PrefixSet intersect(const PrefixSet& a, const PrefixSet& b);
  /// What is in `a` and not in `b`.
  friend PrefixSet subtract(const PrefixSet& a, const PrefixSet& b);

 private:
  std::vector<Prefix> prefixes_;
};

PrefixSet unite(const PrefixSet& a, const PrefixSet& b);
PrefixSet intersect(const PrefixSet& a, const PrefixSet& b);
PrefixSet subtract(const PrefixSet& a, const PrefixSet& b);
/// Every address of `family` that is not in the set.
PrefixSet complement(const PrefixSet& set, Family family);

/// The same addresses in the fewest prefixes, in order.
std::vector<Prefix> aggregate(std::span<const Prefix> prefixes);

/// A set that was widened to have few prefixes.
struct Fitted {
  PrefixSet set;          ///< holds all of the set asked for
  AddressCount added_v4;  ///< IPv4 addresses that were not in it
  AddressCount added_v6;  ///< IPv6 addresses that were not in it
};

/// Widens a set until it has at most `max_prefixes` prefixes, adding as few
/// addresses as possible.
///
/// For a set of one family the answer is optimal: no cover by that many prefixes
/// adds fewer addresses (dynamic programming over the tree of the prefixes). With
/// both families, one address of IPv6 and one of IPv4 cannot be weighed against each
/// other; the places are shared out in proportion to each family's prefixes, at least
/// one each, and each share is used optimally; a place that saves one family nothing
/// goes to the other. Fit each family apart to choose yourself.
///
/// Cost:   O(n * max_prefixes) time; memory O(n * depth of the tree).
/// Errors: invalid_argument when max_prefixes is 0, or 1 with both families.
Result<Fitted> fit(const PrefixSet& set, std::size_t max_prefixes);

}  // namespace servicetags
