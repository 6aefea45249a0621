// For checking arrays that came from a file.
// Tested by: tests/unit/all_below_test.cpp
#pragma once

#include <cstddef>
#include <limits>
#include <span>

namespace servicetags::index {

/// Whether each number is below `limit`. Does not stop early, and counts in the array's own
/// numbers: so compilers make vector instructions of it.
template <typename Number>
bool all_below(std::span<const Number> numbers, std::size_t limit) noexcept {
  if (limit > std::numeric_limits<Number>::max()) return true;
  const auto end = static_cast<Number>(limit);
  Number wrong = 0;
  for (const Number number : numbers) wrong |= static_cast<Number>(number >= end ? 1 : 0);
  return wrong == 0;
}

}  // namespace servicetags::index
