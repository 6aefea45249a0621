// fit(): the best cover of a set by few prefixes.
// Tested by: tests/unit/fit_test.cpp, tests/property/fit_vs_covers_test.cpp
#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <utility>
#include <vector>

#include "ip/uint128.hpp"
#include "servicetags/prefix_set.hpp"

namespace servicetags {
namespace {

using ip::Uint128;

Uint128 size_minus_one(const Prefix& block) noexcept {
  return ip::host_mask(block.family(), block.length());
}

/// The longest prefix that holds both. REQUIRES that they are apart.
Prefix smallest_around(const Prefix& a, const Prefix& b) noexcept {
  const Uint128 difference = ip::number_of(a.network()) ^ ip::number_of(b.network());
  const std::uint64_t high = ip::high_half(difference);
  const int zeros =
      high != 0 ? std::countl_zero(high) : 64 + std::countl_zero(ip::low_half(difference));
  const unsigned shared = static_cast<unsigned>(zeros) - (128 - address_bits(a.family()));
  return {a.network(), shared};
}

/// The best cover of prefixes of one family by a number of blocks.
///
/// The prefixes are the leaves of a binary tree; an inner node is the smallest block
/// around those below it. No other block is needed in a cover: one inside a leaf can only
/// have others of the same leaf beside it, and all of them are replaced by that leaf; any
/// other is replaced by the smallest block around the leaves in it. Neither takes more
/// blocks, nor covers more addresses.
///
/// best(v, k), the fewest addresses added by covering all leaves of v with k blocks, is
/// what v itself adds for k = 1, and else the least best(left, i) + best(right, k - i).
/// Each pair of leaves, cut off at `most_blocks` a node, meets in one node only, so this
/// takes O(leaves * most_blocks).
class Cover {
 public:
  /// REQUIRES prefixes that are sorted, apart, and more than most_blocks > 0.
  Cover(std::span<const Prefix> leaves, std::size_t most_blocks) : most_blocks_(most_blocks) {
    nodes_.reserve(2 * leaves.size());
    const Subtree tree = solve(leaves);
    // The fewest blocks that add as little as all of them do.
    const auto fewest = std::find(tree.best.begin(), tree.best.end(), tree.best.back());
    collect(tree.node, static_cast<std::uint32_t>(fewest - tree.best.begin()) + 1);
  }

  [[nodiscard]] const std::vector<Prefix>& blocks() const noexcept { return blocks_; }

 private:
  struct Node {
    Prefix block;
    std::array<std::uint32_t, 2> children{};
    std::vector<std::uint32_t> left_blocks;  // at [k - 1], the i of the best cover by k
  };
  struct Subtree {
    std::uint32_t node;
    Uint128 covered;            // addresses in the leaves
    std::vector<Uint128> best;  // at [k - 1]
  };

  std::uint32_t add_node(Node&& node) {
    nodes_.push_back(std::move(node));
    return static_cast<std::uint32_t>(nodes_.size() - 1);
  }

  /// Recursion is at most as deep as an address is long.
  Subtree solve(std::span<const Prefix> leaves) {
    if (leaves.size() == 1) {
      return {add_node({leaves.front(), {}, {}}), size_minus_one(leaves.front()) + 1, {0}};
    }
    const Prefix block = smallest_around(leaves.front(), leaves.back());
    const Prefix low(block.network(), block.length() + 1);
    const auto middle = std::partition_point(
        leaves.begin(), leaves.end(), [&](const Prefix& leaf) { return low.contains(leaf); });
    const Subtree left = solve({leaves.begin(), middle});
    const Subtree right = solve({middle, leaves.end()});
    return join(block, left, right);
  }

  Subtree join(const Prefix& block, const Subtree& left, const Subtree& right) {
    const std::size_t most = std::min(left.best.size() + right.best.size(), most_blocks_);
    const Uint128 covered = left.covered + right.covered;
    std::vector<Uint128> best(most, ~Uint128{0});
    std::vector<std::uint32_t> left_blocks(most);
    best[0] = size_minus_one(block) - (covered - 1);
    for (std::size_t i = 1; i <= left.best.size(); ++i) {
      for (std::size_t j = 1; j <= right.best.size() && i + j <= most; ++j) {
        const Uint128 added = left.best[i - 1] + right.best[j - 1];
        if (added >= best[i + j - 1]) continue;
        best[i + j - 1] = added;
        left_blocks[i + j - 1] = static_cast<std::uint32_t>(i);
      }
    }
    const std::uint32_t node = add_node({block, {left.node, right.node}, std::move(left_blocks)});
    return {node, covered, std::move(best)};
  }

  void collect(std::uint32_t index, std::uint32_t blocks) {
    const Node& node = nodes_[index];
    if (blocks == 1) {
      blocks_.push_back(node.block);
      return;
    }
    const std::uint32_t left = node.left_blocks[blocks - 1];
    collect(node.children[0], left);
    collect(node.children[1], blocks - left);
  }

  std::size_t most_blocks_;
  std::vector<Node> nodes_;
  std::vector<Prefix> blocks_;
};

/// REQUIRES a set of one family, and at least one place unless it is empty.
PrefixSet widen(const PrefixSet& set, std::size_t places) {
  if (set.size() <= places) return set;
  return PrefixSet(Cover(set.prefixes(), places).blocks());
}

/// In proportion, rounded, at least one for each family that has prefixes.
/// REQUIRES fewer places than prefixes, so that no share is more than its family can use.
std::size_t places_of_v4(std::size_t v4, std::size_t v6, std::size_t places) noexcept {
  if (v4 == 0 || v6 == 0) return v4 == 0 ? 0 : places;
  const std::size_t total = v4 + v6;
  return std::clamp<std::size_t>((places * v4 + total / 2) / total, 1, places - 1);
}

}  // namespace

Result<Fitted> fit(const PrefixSet& set, std::size_t max_prefixes) {
  const PrefixSet v4 = set.family(Family::v4);
  const PrefixSet v6 = set.family(Family::v6);
  if (max_prefixes == 0) {
    return Error{Errc::invalid_argument,
                 "cannot fit addresses into 0 prefixes: allow at least 1, or 2 when there are "
                 "both IPv4 and IPv6 addresses",
                 {},
                 {}};
  }
  if (max_prefixes == 1 && !v4.empty() && !v6.empty()) {
    return Error{Errc::invalid_argument,
                 "cannot fit IPv4 and IPv6 addresses into 1 prefix: allow at least 2, or fit "
                 "each family apart",
                 {},
                 {}};
  }
  if (set.size() <= max_prefixes) return Fitted{set, {}, {}};
  PrefixSet wide_v4 = widen(v4, places_of_v4(v4.size(), v6.size(), max_prefixes));
  const PrefixSet wide_v6 = widen(v6, max_prefixes - wide_v4.size());
  // IPv6 was given the places that IPv4 had no use for; now the other way round.
  const std::size_t left_by_v6 = max_prefixes - wide_v6.size();
  if (wide_v4.size() < left_by_v6) wide_v4 = widen(v4, left_by_v6);
  return Fitted{unite(wide_v4, wide_v6), wide_v4.address_count() - v4.address_count(),
                wide_v6.address_count() - v6.address_count()};
}

}  // namespace servicetags
