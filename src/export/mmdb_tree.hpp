// The binary tree of a MaxMind DB.
// Tested by: tests/unit/mmdb_tree_test.cpp
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "servicetags/prefix.hpp"

namespace servicetags::data {

/// A binary trie with values at its leaves alone: a longer prefix takes its part of a shorter
/// one's addresses. IPv4 lies under ::/96, and ::ffff:0:0/96 leads to the same nodes.
class MmdbTree {
 public:
  /// Sets the value of a prefix's addresses. REQUIRES that prefixes come in order, a shorter one
  /// before those inside it, and value < 2^31.
  void add(const Prefix& prefix, std::uint32_t value);

  /// How an MmdbTree is written: `nodes` records of two numbers each of `bits` bits.
  struct Written {
    std::uint32_t nodes = 0;
    std::uint16_t bits = 0;  ///< 24, 28 or 32
    std::string bytes;
  };
  /// `offset_of` gives a value's place in the data section; the largest is below `data_size`.
  /// Halves with one value are joined. Ends the tree: nothing may be added after it.
  [[nodiscard]] Written write(const std::function<std::uint32_t(std::uint32_t)>& offset_of,
                              std::size_t data_size);

 private:
  /// A node's number; or a value with the highest bit set; or kNothing.
  using Link = std::uint32_t;
  using Node = std::array<Link, 2>;
  static constexpr Link kValue = 0x8000'0000U;
  static constexpr Link kNothing = 0xffff'ffffU;
  static constexpr Link kRoot6 = 0;
  static constexpr Link kRoot4 = 1;

  static constexpr bool is_node(Link link) noexcept { return link < kValue; }
  void set(Link root, const Address& address, unsigned length, Link target);
  void join_equal_halves();
  [[nodiscard]] Link joined(Link link) const;
  [[nodiscard]] std::vector<Link> reachable() const;

  std::vector<Node> nodes_{{kNothing, kNothing}, {kNothing, kNothing}};
};

}  // namespace servicetags::data
