// Tested by: tests/unit/prefix_trie_test.cpp, tests/property/trie_vs_linear_test.cpp
#include "index/prefix_trie.hpp"

#include <algorithm>
#include <bit>

namespace servicetags::index {
namespace {

template <typename Key>
bool bit_at(Key number, unsigned place) noexcept {
  return ((number >> (sizeof(Key) * 8 - 1 - place)) & 1U) != 0;
}

/// How many leading bits two prefixes share; at most the length of the shorter.
unsigned shared_length(const Prefix& a, const Prefix& b) noexcept {
  const ip::Uint128 difference = ip::number_of(a.network()) ^ ip::number_of(b.network());
  const auto zeros = static_cast<unsigned>(ip::high_half(difference) != 0
                                               ? std::countl_zero(ip::high_half(difference))
                                               : 64 + std::countl_zero(ip::low_half(difference)));
  const unsigned unused = 128 - address_bits(a.family());
  return std::min({a.length(), b.length(), zeros - unused});
}

}  // namespace

template <typename Key>
FamilyTrie<Key>::FamilyTrie(std::span<const Prefix> sorted, Entry offset) {
  if (sorted.empty()) return;
  nodes_.reserve(2 * sorted.size());
  add_node(sorted, offset, kNoEntry);
}

/// Adds the node that holds all of `sorted`, and those below it. Recursion is at most as
/// deep as an address is long.
template <typename Key>
std::uint32_t FamilyTrie<Key>::add_node(std::span<const Prefix> sorted, Entry first,
                                        Entry inherited) {
  if (sorted.empty()) return kNoNode;
  const Prefix top(sorted.front().network(), shared_length(sorted.front(), sorted.back()));
  const bool is_entry = sorted.front() == top;
  const Entry entry = is_entry ? first : inherited;
  const auto node = static_cast<std::uint32_t>(nodes_.size());
  nodes_.push_back({static_cast<Key>(ip::number_of(top.network())),
                    {kNoNode, kNoNode},
                    entry,
                    static_cast<std::uint8_t>(top.length())});

  const auto below = sorted.subspan(is_entry ? 1 : 0);
  const auto zeros = std::partition_point(below.begin(), below.end(), [&](const Prefix& prefix) {
    return !bit_at(static_cast<Key>(ip::number_of(prefix.network())), top.length());
  });
  const auto zero_count = static_cast<std::size_t>(zeros - below.begin());
  const Entry below_first = first + (is_entry ? 1 : 0);
  const auto left = add_node(below.first(zero_count), below_first, entry);
  const auto right =
      add_node(below.subspan(zero_count), below_first + static_cast<Entry>(zero_count), entry);
  nodes_[node].children = {left, right};
  return node;
}

template <typename Key>
Entry FamilyTrie<Key>::find(Key address) const noexcept {
  Entry longest = kNoEntry;
  for (std::uint32_t i = nodes_.empty() ? kNoNode : 0; i != kNoNode;) {
    const Node& node = nodes_[i];
    // A shift by the whole width is undefined: a node of length 0 holds every address.
    const bool inside = node.length == 0 || ((address ^ node.bits) >> (kBits - node.length)) == 0;
    if (!inside) break;
    longest = node.entry;
    if (node.length == kBits) break;
    i = node.children[bit_at(address, node.length) ? 1 : 0];
  }
  return longest;
}

template class FamilyTrie<std::uint32_t>;
template class FamilyTrie<ip::Uint128>;

PrefixTrie::PrefixTrie(std::span<const Prefix> sorted) {
  const auto v6 = std::partition_point(sorted.begin(), sorted.end(), [](const Prefix& prefix) {
    return prefix.family() == Family::v4;
  });
  const auto v4_count = static_cast<std::size_t>(v6 - sorted.begin());
  v4_ = FamilyTrie<std::uint32_t>(sorted.first(v4_count), 0);
  v6_ = FamilyTrie<ip::Uint128>(sorted.subspan(v4_count), static_cast<Entry>(v4_count));
}

}  // namespace servicetags::index
