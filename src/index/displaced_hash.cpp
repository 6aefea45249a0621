// Tested by: tests/unit/displaced_hash_test.cpp
#include "index/displaced_hash.hpp"

#include <algorithm>
#include <bit>
#include <numeric>

namespace servicetags::index {

DisplacedHash::DisplacedHash(std::span<const std::uint64_t> keys)
    : bucket_bits_(static_cast<unsigned>(std::bit_width(keys.size() / 4 + 1))),
      slot_bits_(static_cast<unsigned>(std::bit_width(keys.size() + keys.size() / 3 + 1))) {
  // Two keys of one bucket may want the same slot, which no displacement mends: then another
  // multiplier does. The first few are enough for any real set of keys.
  multiplier_ = 0x9e3779b97f4a7c15U;
  while (!place(keys)) multiplier_ = multiplier_ * 0xd1342543de82ef95U + 2;
}

DisplacedHash::View DisplacedHash::view() const noexcept {
  return {displacements_, multiplier_, 64 - bucket_bits_, 64 - bucket_bits_ - slot_bits_,
          static_cast<std::uint32_t>(slot_count() - 1)};
}

/// Finds the displacements, the fullest buckets first, or gives false.
bool DisplacedHash::place(std::span<const std::uint64_t> keys) {
  displacements_.assign(std::size_t{1} << bucket_bits_, 0);
  std::vector<std::vector<std::uint32_t>> buckets(displacements_.size());
  const View undisplaced = view();
  for (const std::uint64_t key : keys) {
    buckets[key * multiplier_ >> undisplaced.bucket_shift].push_back(undisplaced.slot(key));
  }
  std::vector<std::uint32_t> order(buckets.size());
  std::iota(order.begin(), order.end(), 0U);
  std::stable_sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    return buckets[a].size() > buckets[b].size();
  });
  std::vector<bool> taken(slot_count());
  for (const std::uint32_t bucket : order) {
    std::vector<std::uint32_t>& slots = buckets[bucket];
    std::sort(slots.begin(), slots.end());
    if (std::adjacent_find(slots.begin(), slots.end()) != slots.end()) return false;
    const auto room_at = [&](std::uint32_t displacement) {
      return std::none_of(slots.begin(), slots.end(),
                          [&](std::uint32_t slot) { return taken[slot ^ displacement]; });
    };
    std::uint32_t displacement = 0;
    while (displacement < slot_count() && !room_at(displacement)) ++displacement;
    if (displacement == slot_count()) return false;
    displacements_[bucket] = displacement;
    for (const std::uint32_t slot : slots) taken[slot ^ displacement] = true;
  }
  return true;
}

}  // namespace servicetags::index
