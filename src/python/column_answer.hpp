// The sets of tags for a column of addresses.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "arrow.hpp"
#include "servicetags/snapshot.hpp"

namespace servicetags::python {

/// What one chunk's addresses came to. Bits as Arrow has them: the lowest of a byte first.
struct ColumnAnswer {
  std::size_t count = 0;
  std::unique_ptr<TagSetId[]> sets;  ///< 0 where there is no answer
  std::vector<std::uint8_t> valid;   ///< bits; empty: every row has an answer
  std::vector<std::uint8_t> bad;     ///< bits: no address, and not null; empty: none is
  std::size_t unanswered = 0;        ///< nulls and bad rows
  std::optional<std::size_t> first_bad{};
  Error error{};  ///< of the first bad row

  [[nodiscard]] bool is_valid(std::size_t row) const noexcept {
    return valid.empty() || ((valid[row / 8] >> (row % 8)) & 1U) != 0;
  }
  [[nodiscard]] bool is_bad(std::size_t row) const noexcept {
    return !bad.empty() && ((bad[row / 8] >> (row % 8)) & 1U) != 0;
  }
  void set_null(std::size_t row);
  void set_bad(std::size_t row, Error why);
};

/// Whether addresses can be in columns of this type: text (string, large, view), 4 or 16 bytes
/// in network order (binary of all kinds), numbers (uint32, int64, uint64: IPv4), or a
/// dictionary of these. TypeError for any other. Needs the GIL.
void check_type(const ArrowSchema& schema);

/// Answers a chunk of a column whose type was checked. Needs no GIL.
ColumnAnswer answer(const Snapshot& snapshot, const ArrowSchema& schema, const ArrowArray& array);

}  // namespace servicetags::python
