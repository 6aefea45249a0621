// Texts of service tag files for tests: the samples in tests/data/documents, and small
// ones with a mark where an error is expected.
#pragma once

#include <doctest/doctest.h>

#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

#include "servicetags/document.hpp"

namespace servicetags::testing {

/// A file of tests/data/documents. Tests run in the repository's root.
inline std::string sample(const std::string& name) {
  std::ifstream file("tests/data/documents/" + name, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(file), {}};
  REQUIRE_MESSAGE(!text.empty(), "tests/data/documents/", name,
                  " is missing: run in the repository's root");
  return text;
}

/// A text whose '@' stands before the byte that an error names; it is not part of it.
struct Marked {
  std::string text;
  std::size_t offset;
};

inline Marked unmark(std::string_view marked) {
  const std::size_t mark = marked.find('@');
  REQUIRE_MESSAGE(mark != std::string_view::npos, marked, " has no mark");
  std::string text(marked);
  text.erase(mark, 1);
  return {std::move(text), mark};
}

/// A file of one tag with these properties.
inline std::string with_properties(std::string_view properties) {
  return R"({"values": [{"name": "A", "properties": )" + std::string(properties) + "}]}";
}

/// A file of one tag with these prefixes, as JSON strings between commas.
inline std::string with_prefixes(std::string_view prefixes) {
  return with_properties("{\"addressPrefixes\": [" + std::string(prefixes) + "]}");
}

}  // namespace servicetags::testing
