#include "support/utf8.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace servicetags;

namespace {

/// The slow twin: the bytes of one code point, by the definition.
std::string encoded(unsigned code) {
  const auto byte = [](unsigned number) { return static_cast<char>(number); };
  if (code < 0x80) return {byte(code)};
  if (code < 0x800) return {byte(0xc0U | code >> 6U), byte(0x80U | (code & 63U))};
  if (code < 0x10000) {
    return {byte(0xe0U | code >> 12U), byte(0x80U | (code >> 6U & 63U)),
            byte(0x80U | (code & 63U))};
  }
  return {byte(0xf0U | code >> 18U), byte(0x80U | (code >> 12U & 63U)),
          byte(0x80U | (code >> 6U & 63U)), byte(0x80U | (code & 63U))};
}

}  // namespace

TEST_CASE("every code point but surrogates is UTF-8, and none beyond the last") {
  std::size_t wrong = 0;
  for (unsigned code = 0; code < 0x120000; ++code) {
    const bool is_one = code < 0xd800 || (code > 0xdfff && code < 0x110000);
    wrong += is_utf8(encoded(code)) != is_one ? 1 : 0;
  }
  CHECK(wrong == 0);
}

TEST_CASE("ASCII ends before 0x80") {
  CHECK(is_ascii(""));
  CHECK(is_ascii(std::string_view("a\0\x7f", 3)));
  for (std::size_t at = 0; at < 40; ++at) {
    std::string text(40, 'a');
    text[at] = '\x80';
    CHECK_FALSE(is_ascii(text));
  }
}

TEST_CASE("overlong, cut and stray bytes are not") {
  for (const char* text :
       {"\xc0\xaf", "\xe0\x80\xaf", "\xf0\x80\x80\xaf", "\xc1\xbf", "\x80", "a\xbf", "\xc3",
        "\xe2\x82", "\xf0\x9f\x92", "\xe2\x28\xa1", "\xff", "\xfe", "ok\xc3"}) {
    CAPTURE(std::string(text));
    CHECK_FALSE(is_utf8(text));
  }
  CHECK(is_utf8(""));
  CHECK(is_utf8("Gen\xc3\xa8ve \xe2\x82\xac \xf0\x9f\x92\xa9"));
  CHECK(is_utf8(std::string_view("a\0b", 3)));
}
