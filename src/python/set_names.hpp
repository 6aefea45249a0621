// The names of every set of tags, ready to be copied into columns.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "arrow.hpp"
#include "column_answer.hpp"

namespace servicetags::python {

/// A plain value; any thread.
class SetNames {
 public:
  explicit SetNames(const Snapshot& snapshot);

  /// Names one after the other, as an Arrow column of text has them: those of set i are the
  /// names from first_name[i] to first_name[i + 1], name j is from ends[j] to ends[j + 1].
  std::string text;
  std::vector<std::int32_t> ends;
  std::vector<std::uint32_t> first_name;
  /// The names of each set joined by ";", likewise.
  std::string joined;
  std::vector<std::int32_t> joined_ends;
};

/// The three forms of a column of answers: numbers of sets (uint32), lists of names, and a
/// dictionary of joined names. Chunks keep what they need alive.
ArrowType sets_type();
ArrowType list_type();
ArrowType dictionary_type();
ArrowChunk sets_chunk(std::shared_ptr<const ColumnAnswer> answer);
/// Errors: limit_exceeded for more than 2^31 bytes of names.
Result<ArrowChunk> list_chunk(const ColumnAnswer& answer, const SetNames& names);
ArrowChunk dictionary_chunk(std::shared_ptr<const ColumnAnswer> answer,
                            std::shared_ptr<const SetNames> names);
/// Which rows are no addresses: Arrow's booleans.
ArrowType mask_type();
ArrowChunk mask_chunk(std::shared_ptr<const ColumnAnswer> answer);

}  // namespace servicetags::python
