#include "index/all_below.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <vector>

using servicetags::index::all_below;

TEST_CASE_TEMPLATE("one number that is not below is found, wherever it stands", Number,
                   std::uint8_t, std::uint16_t, std::uint32_t) {
  constexpr Number kMost = std::numeric_limits<Number>::max();
  for (const Number limit : {Number{1}, Number{100}, static_cast<Number>(kMost / 2 + 1), kMost}) {
    for (std::size_t at = 0; at < 70; ++at) {
      std::vector<Number> numbers(70, static_cast<Number>(limit - 1));
      CHECK(all_below(std::span<const Number>(numbers), limit));
      numbers[at] = limit;
      CHECK_FALSE(all_below(std::span<const Number>(numbers), limit));
      numbers[at] = kMost;
      CHECK_FALSE(all_below(std::span<const Number>(numbers), limit));
    }
  }
}

TEST_CASE("nothing is below 0, and everything below a limit that no number reaches") {
  const std::vector<std::uint8_t> numbers{0, 255};
  CHECK_FALSE(all_below(std::span<const std::uint8_t>(numbers), 0));
  CHECK(all_below(std::span<const std::uint8_t>(numbers), 256));
  CHECK(all_below(std::span<const std::uint8_t>(numbers), std::size_t{1} << 40U));
  CHECK(all_below(std::span<const std::uint8_t>(), 0));
}
