// A hash without collisions for a fixed set of keys.
// Tested by: tests/unit/displaced_hash_test.cpp
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace servicetags::index {

/// Gives every key a slot of its own, which a lookup then compares with one key: no chain to
/// follow, so no branch to guess wrong ("hash, displace": Pagh, WADS 1999). A key falls into a
/// bucket by its hash; the bucket's displacement moves all of its keys to where room is.
///
///     hash  | bucket | slot    | rest |
///              |         `-- xor displacements[bucket] --> slot
class DisplacedHash {
 public:
  /// What a lookup reads.
  struct View {
    std::span<const std::uint32_t> displacements;
    std::uint64_t multiplier;
    unsigned bucket_shift;
    unsigned slot_shift;
    std::uint32_t slot_mask;

    [[nodiscard]] std::uint32_t slot(std::uint64_t key) const noexcept {
      const std::uint64_t hash = key * multiplier;
      return (static_cast<std::uint32_t>(hash >> slot_shift) & slot_mask) ^
             displacements[hash >> bucket_shift];
    }
  };

  /// REQUIRES keys without repeats, fewer than 2^28. About linear.
  explicit DisplacedHash(std::span<const std::uint64_t> keys);

  [[nodiscard]] View view() const noexcept;
  /// A power of two, 1.3 to 2.7 times as many as keys.
  [[nodiscard]] std::size_t slot_count() const noexcept { return std::size_t{1} << slot_bits_; }

 private:
  bool place(std::span<const std::uint64_t> keys);

  std::vector<std::uint32_t> displacements_;
  std::uint64_t multiplier_ = 0;
  unsigned bucket_bits_;
  unsigned slot_bits_;
};

}  // namespace servicetags::index
