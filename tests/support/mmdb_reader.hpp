// The slow twin of MmdbTree: its records one bit at a time, as the specification says.
#pragma once

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <utility>

#include "export/mmdb_tree.hpp"

namespace servicetags::testing {

/// Reads a written tree as the specification says, a bit at a time.
class MmdbReader {
 public:
  explicit MmdbReader(data::MmdbTree::Written written) : tree_(std::move(written)) {}

  /// The place in the data section; none when there is no value.
  [[nodiscard]] std::optional<std::uint32_t> find(const Address& asked) const {
    std::uint32_t node = 0;
    for (unsigned place = 0; place < 128; ++place) {
      node = record(node, bit(asked, place));
      if (node == tree_.nodes) return std::nullopt;
      if (node > tree_.nodes) return node - tree_.nodes - 16;
    }
    throw std::runtime_error("a node below the last bit");
  }
  [[nodiscard]] const data::MmdbTree::Written& written() const { return tree_; }

 private:
  static unsigned bit(const Address& asked, unsigned place) {
    if (asked.is_v4()) return place < 96 ? 0 : (asked.v4() >> (127 - place)) & 1U;
    return (place < 64 ? asked.high() >> (63 - place) : asked.low() >> (127 - place)) & 1U;
  }
  [[nodiscard]] std::uint32_t byte(std::size_t place) const {
    return static_cast<unsigned char>(tree_.bytes.at(place));
  }
  [[nodiscard]] std::uint32_t record(std::uint32_t node, unsigned side) const {
    const std::size_t start = std::size_t{node} * tree_.bits / 4;
    if (tree_.bits == 24) {
      const std::size_t at = start + 3 * side;
      return byte(at) << 16U | byte(at + 1) << 8U | byte(at + 2);
    }
    if (tree_.bits == 32) {
      const std::size_t at = start + 4 * side;
      return byte(at) << 24U | byte(at + 1) << 16U | byte(at + 2) << 8U | byte(at + 3);
    }
    const std::uint32_t middle = byte(start + 3);
    const std::size_t at = start + 4 * side;
    return (side == 0 ? middle >> 4U : middle & 15U) << 24U | byte(at) << 16U | byte(at + 1) << 8U |
           byte(at + 2);
  }

  data::MmdbTree::Written tree_;
};

}  // namespace servicetags::testing
