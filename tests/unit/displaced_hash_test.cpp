#include "index/displaced_hash.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <set>

using servicetags::index::DisplacedHash;

namespace {

/// How many keys have a slot of their own.
std::size_t alone(const DisplacedHash& hash, const std::vector<std::uint64_t>& keys) {
  std::set<std::uint32_t> slots;
  for (const std::uint64_t key : keys) slots.insert(hash.view().slot(key));
  CHECK((slots.empty() || *slots.rbegin() < hash.slot_count()));
  return slots.size();
}

}  // namespace

TEST_CASE("no key and one key") {
  const DisplacedHash none({});
  CHECK(none.view().slot(123) < none.slot_count());
  const std::vector<std::uint64_t> one{0};
  CHECK(alone(DisplacedHash(one), one) == 1);
}

TEST_CASE("every key has a slot of its own, however keys are spread") {
  std::mt19937_64 random(48);
  for (const std::size_t count : {2U, 3U, 17U, 300U, 1979U, 40'000U}) {
    std::vector<std::uint64_t> near;
    std::set<std::uint64_t> far;
    for (std::size_t i = 0; i < count; ++i) near.push_back(0x2603'1030'0000U + i);
    while (far.size() < count) far.insert(random() >> 16U);
    for (const auto& keys : {near, std::vector<std::uint64_t>(far.begin(), far.end())}) {
      const DisplacedHash hash(keys);
      CHECK(alone(hash, keys) == count);
      CHECK(hash.slot_count() <= 3 * count + 2);
    }
  }
}

TEST_CASE("a key that was not given has some slot") {
  const std::vector<std::uint64_t> keys{1, 2, 3, 4, 5};
  const DisplacedHash hash(keys);
  std::mt19937_64 random(5);
  for (int i = 0; i < 10'000; ++i) {
    if (hash.view().slot(random()) >= hash.slot_count()) CHECK(false);
  }
}
