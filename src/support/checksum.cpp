// Tested by: tests/unit/checksum_test.cpp
#include "support/checksum.hpp"

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace servicetags {

std::uint64_t checksum_of(std::span<const std::byte> bytes) noexcept {
  return XXH3_64bits(bytes.data(), bytes.size());
}

}  // namespace servicetags
