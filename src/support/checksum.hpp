// A checksum against accidents, not against attackers. The only door to xxHash.
// Tested by: tests/unit/checksum_test.cpp
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace servicetags {

/// XXH3, 64 bits (xxHash 0.8): over 10 GB/s.
std::uint64_t checksum_of(std::span<const std::byte> bytes) noexcept;

}  // namespace servicetags
