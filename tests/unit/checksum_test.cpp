#include "support/checksum.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace servicetags;

namespace {
std::uint64_t checksum(std::string_view text) {
  return checksum_of(std::as_bytes(std::span(text)));
}
}  // namespace

TEST_CASE("the values are those that xxHash documents, whatever machine this is") {
  CHECK(checksum("") == 0x2d06800538d394c2U);
  CHECK(checksum("a") == 0xe6c632b61e964e1fU);
  CHECK(checksum("abc") == 0x78af5f94892f3950U);
}

TEST_CASE("any bit that changes is seen") {
  std::string text(1000, 'x');
  const std::uint64_t before = checksum(text);
  for (char& c : text) {
    c = static_cast<char>(c ^ 1);
    CHECK(checksum(text) != before);
    c = static_cast<char>(c ^ 1);
  }
}
