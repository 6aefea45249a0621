// The keys of a service tag file that are known, in any case.
// Tested by: tests/unit/document_shapes_test.cpp
#pragma once

#include <cstdint>
#include <string_view>

namespace servicetags::document {

enum class Field : std::uint8_t {
  other,  ///< any other key: passed over
  values,
  cloud,
  change_number,
  next_link,
  name,
  properties,
  region,
  service,
  prefixes,
  features,
};

/// A key of a page or a tag.
Field object_field(std::string_view key) noexcept;
/// A key of a tag's properties.
Field property_field(std::string_view key) noexcept;

}  // namespace servicetags::document
