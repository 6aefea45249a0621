#include "support/ascii.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

using namespace servicetags;

namespace {

/// Every text of up to `most` letters.
std::vector<std::string> texts_of(const std::string& letters, std::size_t most) {
  std::vector<std::string> texts = {""};
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (texts[i].size() == most) continue;
    for (const char letter : letters) texts.push_back(texts[i] + letter);
  }
  return texts;
}

/// By definition, without a table.
std::size_t slow_distance(std::string_view a, std::string_view b) {
  if (a.empty() || b.empty()) return a.size() + b.size();
  const std::size_t replaced = a[0] == b[0] ? 0 : 1;
  std::size_t best =
      std::min({slow_distance(a.substr(1), b.substr(1)) + replaced,
                slow_distance(a.substr(1), b) + 1, slow_distance(a, b.substr(1)) + 1});
  if (a.size() > 1 && b.size() > 1 && a[0] == b[1] && a[1] == b[0]) {
    best = std::min(best, slow_distance(a.substr(2), b.substr(2)) + 1);
  }
  return best;
}

}  // namespace

TEST_CASE("only ASCII bytes are digits, letters and blanks") {
  const auto count = [](bool (*is)(char)) {
    unsigned found = 0;
    for (int byte = 0; byte < 256; ++byte) found += is(static_cast<char>(byte)) ? 1 : 0;
    return found;
  };
  CHECK(count([](char c) { return ascii::is_digit(c); }) == 10);
  CHECK(count([](char c) { return ascii::is_upper(c); }) == 26);
  CHECK(count([](char c) { return ascii::is_lower(c); }) == 26);
  CHECK(count([](char c) { return ascii::is_blank(c); }) == 2);
  CHECK(count([](char c) { return ascii::to_lower(c) != c; }) == 26);
  CHECK((ascii::is_digit('0') && ascii::is_digit('9')));
  CHECK((ascii::is_upper('A') && ascii::is_upper('Z')));
  CHECK((ascii::is_lower('a') && ascii::is_lower('z')));
  CHECK((ascii::is_blank(' ') && ascii::is_blank('\t')));
}

TEST_CASE("case is that of ASCII alone") {
  CHECK(ascii::to_lower("Storage.WestUS-2[_") == "storage.westus-2[_");
  CHECK(ascii::to_lower("\xc3\x84") == "\xc3\x84");
  CHECK(ascii::to_lower("") == "");
  CHECK(ascii::equal_ignoring_case("AzureCloud", "azurecloud"));
  CHECK(ascii::equal_ignoring_case("", ""));
  CHECK_FALSE(ascii::equal_ignoring_case("AzureCloud", "AzureClou"));
  CHECK_FALSE(ascii::equal_ignoring_case("[", "{"));
  CHECK_FALSE(ascii::equal_ignoring_case("\xc3\x84", "\xc3\xa4"));
}

TEST_CASE("the order ignores case, is total, and tells names apart that differ in case") {
  const auto compare = ascii::compare_ignoring_case;
  CHECK(compare("azure", "Storage") < 0);
  CHECK(compare("Azure", "storage") < 0);
  CHECK(compare("Storage", "storage") < 0);  // by bytes
  CHECK(compare("storage", "Storage.WestUS") < 0);
  CHECK(compare("a", "\xc3\xa4") < 0);  // bytes are not negative
  CHECK(compare("Storage", "Storage") == 0);

  const std::vector<std::string> texts = texts_of("aAb", 3);
  std::size_t checked = 0;
  for (const std::string& a : texts) {
    for (const std::string& b : texts) {
      const auto order = compare(a, b);
      CHECK((order == 0) == (a == b));
      CHECK((order < 0) == (compare(b, a) > 0));
      if (!ascii::equal_ignoring_case(a, b)) {
        CHECK((order < 0) == (ascii::to_lower(a) < ascii::to_lower(b)));
      }
      ++checked;
    }
  }
  CHECK(checked == 40 * 40);
}

TEST_CASE("quoted text is printable, whatever its bytes") {
  CHECK(ascii::quoted("") == "''");
  CHECK(ascii::quoted("Storage WestUS") == "'Storage WestUS'");
  CHECK(ascii::quoted(std::string_view("a\0b", 3)) == "'a\\x00b'");
  CHECK(ascii::quoted("it's") == "'it\\x27s'");
  CHECK(ascii::quoted("C:\\") == "'C:\\x5c'");
  CHECK(ascii::quoted("\x1b[31m\n\x7f") == "'\\x1b[31m\\x0a\\x7f'");
  CHECK(ascii::quoted("\xc3\xa4\xff") == "'\\xc3\\xa4\\xff'");
  unsigned as_they_are = 0;
  for (int byte = 0; byte < 256; ++byte) {
    const std::string text = ascii::quoted(std::string(1, static_cast<char>(byte)));
    as_they_are += text.size() == 3 ? 1 : 0;
    CHECK(std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7f; }));
  }
  CHECK(as_they_are == 95 - 2);  // all printable ones but the quote and the backslash
}

TEST_CASE("quoted text is short") {
  CHECK(ascii::quoted(std::string(60, 'a')) == "'" + std::string(60, 'a') + "'");
  CHECK(ascii::quoted(std::string(61, 'a')) == "'" + std::string(60, 'a') + "'...");
  CHECK(ascii::quoted(std::string(1'000'000, '\0')).size() == 60 * 4 + 5);
}

TEST_CASE("edit distance counts insertions, deletions, replacements and swaps") {
  CHECK(ascii::edit_distance("", "") == 0);
  CHECK(ascii::edit_distance("Storage", "storage") == 0);
  CHECK(ascii::edit_distance("Storage", "Storge") == 1);
  CHECK(ascii::edit_distance("Storage", "Storages") == 1);
  CHECK(ascii::edit_distance("Storage", "Stobage") == 1);
  CHECK(ascii::edit_distance("Storage", "Stroage") == 1);
  CHECK(ascii::edit_distance("Storage", "Sql") == 6);
  CHECK(ascii::edit_distance("", "Sql") == 3);
}

TEST_CASE("edit distance is what the definition gives") {
  const std::vector<std::string> texts = texts_of("ab", 4);
  std::size_t checked = 0;
  for (const std::string& a : texts) {
    for (const std::string& b : texts) {
      const bool right = ascii::edit_distance(a, b) == slow_distance(a, b);
      if (!right) CHECK_MESSAGE(false, a, " and ", b);
      ++checked;
    }
  }
  CHECK(checked == 31 * 31);
}
