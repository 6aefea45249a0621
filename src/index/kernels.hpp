// Lookups in the tables of both families, for one set of instructions each.
// Tested by: tests/property/sets_vs_linear_test.cpp
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "index/v4_table.hpp"
#include "index/v6_table.hpp"

namespace servicetags::index {

using Address6 = std::array<std::uint8_t, 16>;  ///< network byte order

/// Functions that answer alike and differ in speed.
struct Kernels {
  std::string_view name;  ///< "avx512", "sse2", "plain"
  SetId (*find_v4)(const V4View& table, std::uint32_t address) noexcept;
  SetId (*find_v6)(const V6View& table, std::uint64_t high, std::uint64_t low) noexcept;
  void (*find_all_v4)(const V4View& table, const std::uint32_t* addresses, std::size_t count,
                      SetId* sets) noexcept;
  /// IPv4-mapped addresses are looked up as they are; true when there was one.
  bool (*find_all_v6)(const V6View& table, const Address6* addresses, std::size_t count,
                      SetId* sets) noexcept;
};

/// Those that this machine can run, the fastest first; the last is plain C++. Static storage.
std::span<const Kernels> usable_kernels() noexcept;

}  // namespace servicetags::index
