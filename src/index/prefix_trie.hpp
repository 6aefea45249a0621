// The lookup engine: address to longest matching prefix. This is the whole interface a
// faster engine has to offer.
// Tested by: tests/unit/prefix_trie_test.cpp, tests/property/trie_vs_linear_test.cpp
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "index/prefix_table.hpp"
#include "ip/uint128.hpp"

namespace servicetags::index {

/// A path-compressed radix trie over the prefixes of one family. A node stands for a
/// prefix of the table or for the point where two of them part:
///
///     10.0.0.0/8 (entry 0)
///      |- 10.0.0.0/14, a parting (entry 0 pushed down)
///      |   |- 10.1.0.0/16 (entry 1)
///      |   `- 10.2.0.0/16 (entry 2)
///      `- 10.128.0.0/9 (entry 3)
///
/// `Key` is the address as a number, its width that of the family.
template <typename Key>
class FamilyTrie {
 public:
  FamilyTrie() = default;
  /// `sorted` are the entries of one family, the first being entry `offset`.
  FamilyTrie(std::span<const Prefix> sorted, Entry offset);

  [[nodiscard]] Entry find(Key address) const noexcept;

 private:
  static constexpr unsigned kBits = sizeof(Key) * 8;
  static constexpr std::uint32_t kNoNode = kNoEntry;

  struct Node {
    Key bits;
    std::array<std::uint32_t, 2> children;
    Entry entry;  // the longest match inside this node that no child improves
    std::uint8_t length;
  };

  std::uint32_t add_node(std::span<const Prefix> sorted, Entry first, Entry inherited);

  std::vector<Node> nodes_;  // the root, if any, is the first
};

/// Answers with the entry of the longest prefix that holds an address.
///
/// Immutable; any thread. find() costs one step for each parting on the way, about 10
/// on real data, and does not allocate.
class PrefixTrie {
 public:
  PrefixTrie() = default;
  /// REQUIRES prefixes as in PrefixTable::prefixes(): sorted, without repeats.
  explicit PrefixTrie(std::span<const Prefix> sorted);

  /// The entry, or kNoEntry. IPv4-mapped addresses are looked up as they are.
  [[nodiscard]] Entry find(const Address& address) const noexcept {
    return address.is_v4() ? v4_.find(address.v4()) : v6_.find(ip::number_of(address));
  }

 private:
  FamilyTrie<std::uint32_t> v4_;
  FamilyTrie<ip::Uint128> v6_;
};

}  // namespace servicetags::index
