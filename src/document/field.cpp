// Tested by: tests/unit/document_shapes_test.cpp
#include "document/field.hpp"

#include <span>

#include "support/ascii.hpp"

namespace servicetags::document {
namespace {

struct Known {
  std::string_view key;
  Field field;
};

Field find(std::span<const Known> fields, std::string_view key) noexcept {
  for (const auto& [name, field] : fields) {
    if (name == key) return field;  // as the files write it: nearly always
  }
  for (const auto& [name, field] : fields) {
    if (name.size() == key.size() && ascii::equal_ignoring_case(name, key)) return field;
  }
  return Field::other;
}

}  // namespace

Field object_field(std::string_view key) noexcept {
  static constexpr Known kFields[] = {
      {"name", Field::name},
      {"properties", Field::properties},
      {"values", Field::values},
      {"value", Field::values},  // what most lists of Azure's REST APIs call it
      {"cloud", Field::cloud},
      {"changeNumber", Field::change_number},
      {"nextLink", Field::next_link},
  };
  return find(kFields, key);
}

Field property_field(std::string_view key) noexcept {
  static constexpr Known kFields[] = {
      {"region", Field::region},
      {"systemService", Field::service},
      {"changeNumber", Field::change_number},
      {"addressPrefixes", Field::prefixes},
      {"networkFeatures", Field::features},
  };
  return find(kFields, key);
}

}  // namespace servicetags::document
