// Readers go on while the data is swapped under them: every answer is of one generation.
#include <doctest/doctest.h>

#include <atomic>
#include <thread>
#include <vector>

#include "servicetags/updater.hpp"
#include "support/make_snapshot.hpp"

using namespace servicetags;
using servicetags::testing::address;

namespace {

/// Generation n in every place: the tag's name, its change number, the last byte of each of
/// its prefixes.
SnapshotPtr generation(unsigned n) {
  Document document;
  Tag tag;
  tag.name = "G" + std::to_string(n);
  document.change_number = n;
  for (unsigned block = 0; block < 8; ++block) {
    tag.prefixes.emplace_back(Address::from_v4(0xC6120000U + 256 * block + n % 256), 32U);
  }
  document.tags.push_back(std::move(tag));
  return Snapshot::make(std::move(document)).value();
}

/// Whether all of a snapshot is of one generation, and which.
bool is_whole(const Snapshot& snapshot, std::uint64_t& number) {
  number = *snapshot.info().change_number;
  const Tag& tag = snapshot.tags()[0];
  if (tag.name != "G" + std::to_string(number)) return false;
  for (unsigned block = 0; block < 8; ++block) {
    const auto at =
        Address::from_v4(0xC6120000U + 256 * block + static_cast<unsigned>(number % 256));
    const Matches matches = snapshot.lookup(at);
    if (matches.size() != 1 || (*matches.begin()).tag != &tag) return false;
  }
  return true;
}

}  // namespace

TEST_CASE("10,000 swaps under 4 readers mix no two generations") {
  constexpr unsigned kSwaps = 10'000;
  CurrentSnapshot current;
  current.set(generation(0));
  std::atomic<bool> done = false;
  std::atomic<unsigned> mixed = 0;
  std::atomic<unsigned> backwards = 0;
  std::atomic<std::uint64_t> answers = 0;
  std::vector<std::thread> readers;
  for (int i = 0; i < 4; ++i) {
    readers.emplace_back([&] {
      SnapshotReader reader(current);
      std::uint64_t last = 0;
      while (!done.load(std::memory_order_relaxed)) {
        std::uint64_t number = 0;
        if (!is_whole(*reader.get(), number)) ++mixed;
        if (number < last) ++backwards;
        last = number;
        answers.fetch_add(1, std::memory_order_relaxed);
      }
    });
  }
  for (unsigned n = 1; n <= kSwaps; ++n) current.set(generation(n));
  done = true;
  for (std::thread& reader : readers) reader.join();
  CHECK(mixed == 0);
  CHECK(backwards == 0);
  CHECK(answers > 0);
  CHECK(*current.get()->info().change_number == kSwaps);
  MESSAGE(kSwaps, " swaps, ", answers.load(), " answers");
}
