// The slow twin of PrefixSet: a world of at most 16 cells, each set of them the bits of a
// number. A cell is a block of addresses, so that a small world may span a whole family.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "ip/uint128.hpp"
#include "servicetags/prefix.hpp"

namespace servicetags::testing {

using Bitmap = std::uint32_t;

inline unsigned cell_count(Bitmap cells) { return static_cast<unsigned>(std::popcount(cells)); }

struct SmallWorld {
  std::string name;
  Family family;
  ip::Uint128 base;    // the first address
  unsigned cell_bits;  // a cell has 2^cell_bits addresses
  unsigned cells;

  [[nodiscard]] ip::Uint128 cell_start(unsigned cell) const {
    return base + (ip::Uint128{cell} << cell_bits);
  }
  [[nodiscard]] Bitmap everything() const { return (Bitmap{1} << cells) - 1; }

  /// A prefix for each cell.
  [[nodiscard]] std::vector<Prefix> prefixes_of(Bitmap bitmap) const {
    std::vector<Prefix> prefixes;
    for (unsigned cell = 0; cell < cells; ++cell) {
      if ((bitmap >> cell & 1U) == 0) continue;
      prefixes.emplace_back(ip::address_of(family, cell_start(cell)),
                            address_bits(family) - cell_bits);
    }
    return prefixes;
  }

  /// A range for each run of cells.
  [[nodiscard]] std::vector<AddressRange> ranges_of(Bitmap bitmap) const {
    std::vector<AddressRange> ranges;
    const auto has = [bitmap](unsigned cell) { return (bitmap >> cell & 1U) != 0; };
    for (unsigned cell = 0; cell < cells; ++cell) {
      if (!has(cell)) continue;
      const ip::Uint128 first = cell_start(cell);
      while (cell + 1 < cells && has(cell + 1)) ++cell;
      const ip::Uint128 last = cell_start(cell) + ((ip::Uint128{1} << cell_bits) - 1);
      ranges.push_back({ip::address_of(family, first), ip::address_of(family, last)});
    }
    return ranges;
  }

  /// The cells that prefixes fill, or nothing when one lies elsewhere, fills a cell partly,
  /// or fills a cell again.
  [[nodiscard]] std::optional<Bitmap> bitmap_of(std::span<const Prefix> prefixes) const {
    Bitmap all = 0;
    for (const Prefix& prefix : prefixes) {
      if (prefix.family() != family) return std::nullopt;
      const ip::Uint128 first = ip::number_of(prefix.network());
      const ip::Uint128 more = ip::host_mask(family, prefix.length());
      Bitmap filled = 0;
      for (unsigned cell = 0; cell < cells; ++cell) {
        const ip::Uint128 start = cell_start(cell);
        if (start >= first && start - first <= more) filled |= Bitmap{1} << cell;
      }
      const ip::Uint128 cell_size = ip::Uint128{1} << cell_bits;
      const bool exact = filled != 0 && more == cell_size * cell_count(filled) - 1;
      if (!exact || (all & filled) != 0) return std::nullopt;
      all |= filled;
    }
    return all;
  }

  struct Block {
    Prefix prefix;
    Bitmap bitmap;
  };

  /// Every prefix that lies in the world and fills whole cells.
  [[nodiscard]] std::vector<Block> blocks() const {
    std::vector<Block> found;
    for (unsigned size = 1; size <= cells; size *= 2) {
      for (unsigned cell = 0; cell + size <= cells; ++cell) {
        const unsigned host_bits = cell_bits + static_cast<unsigned>(std::countr_zero(size));
        const unsigned length = address_bits(family) - host_bits;
        if ((cell_start(cell) & ip::host_mask(family, length)) != 0) continue;
        const Bitmap bits = ((Bitmap{1} << size) - 1) << cell;
        found.push_back({{ip::address_of(family, cell_start(cell)), length}, bits});
      }
    }
    return found;
  }

  /// At each bitmap, the fewest blocks that fill just it, by trying every block for its
  /// lowest cell.
  [[nodiscard]] std::vector<std::uint8_t> fewest_blocks() const {
    const std::vector<Block> all = blocks();
    std::vector<std::uint8_t> fewest(std::size_t{everything()} + 1, 0);
    for (Bitmap bitmap = 1; bitmap <= everything(); ++bitmap) {
      const Bitmap lowest = bitmap & (~bitmap + 1);
      unsigned best = cells + 1;
      for (const Block& block : all) {
        const bool fits = (block.bitmap & lowest) != 0 && (block.bitmap & ~bitmap) == 0;
        if (fits) best = std::min(best, 1U + fewest[bitmap & ~block.bitmap]);
      }
      fewest[bitmap] = static_cast<std::uint8_t>(best);
    }
    return fewest;
  }
};

/// Worlds of 8 or 16 cells wherever arithmetic on addresses could go wrong.
inline std::vector<SmallWorld> small_worlds(unsigned cells) {
  const auto cell_index_bits = static_cast<unsigned>(std::countr_zero(cells));
  const ip::Uint128 documentation = ip::make_uint128(0x20010db8'00000000U, 0);
  const ip::Uint128 half_word = ip::make_uint128(1, 0);
  return {
      {"bottom of IPv4", Family::v4, 0, 0, cells},
      {"top of IPv4", Family::v4, 0xffff'ffffU - (cells - 1), 0, cells},
      {"all of IPv4", Family::v4, 0, 32 - cell_index_bits, cells},
      {"across the middle of IPv4", Family::v4, 0x8000'0000U - cells / 2, 0, cells},
      {"bottom of IPv6", Family::v6, 0, 0, cells},
      {"top of IPv6", Family::v6, ~ip::Uint128{0} - (cells - 1), 0, cells},
      {"all of IPv6", Family::v6, 0, 128 - cell_index_bits, cells},
      {"lengths around 64", Family::v6, documentation, 64 - cell_index_bits / 2, cells},
      {"across address 2^64", Family::v6, half_word - cells / 2, 0, cells},
  };
}

}  // namespace servicetags::testing
