#include <doctest/doctest.h>

#include <set>
#include <string>

#include "support/ascii.hpp"
#include "support/spellings.hpp"

using namespace servicetags;
using namespace servicetags::testing;

namespace {

std::string table_path() {
  const std::string here = __FILE__;
  return here.substr(0, here.rfind("unit")) + "data/address_spellings.csv";
}

const std::vector<Spelling>& table() {
  static const std::vector<Spelling> rows = read_spellings(table_path());
  return rows;
}

std::string told(const Spelling& row) {
  return "line " + std::to_string(row.line) + ": " + row.kind + " " + ascii::quoted(row.text);
}

bool is_printable(std::string_view text) {
  for (const char c : text) {
    if (c < 0x20 || c > 0x7e) return false;
  }
  return true;
}

}  // namespace

TEST_CASE("every spelling in the table is read as the table says") {
  std::size_t checked = 0;
  for (const Spelling& row : table()) {
    INFO(told(row));
    const Verdict verdict = ask(row.kind, row.text);
    CHECK((verdict.canonical ? "ok" : "error") == row.verdict);
    CHECK(verdict.canonical.value_or("") == row.canonical);
    CHECK((verdict.error ? std::string(to_string(verdict.error->code)) : "") == row.code);
    ++checked;
  }
  CHECK(checked >= 400);
}

TEST_CASE("every refusal says what was expected, in one printable line, and at which byte") {
  std::size_t checked = 0;
  for (const Spelling& row : table()) {
    const Verdict verdict = ask(row.kind, row.text);
    if (!verdict.error) continue;
    INFO(told(row), " gives ", to_string(*verdict.error));
    CHECK(verdict.error->message.size() >= 15);
    CHECK(is_printable(verdict.error->message));
    CHECK(verdict.error->message.back() != '.');
    REQUIRE(verdict.error->offset.has_value());
    CHECK(*verdict.error->offset <= row.text.size());
    ++checked;
  }
  CHECK(checked >= 250);
}

TEST_CASE("canonical texts are read back as themselves") {
  std::size_t checked = 0;
  for (const Spelling& row : table()) {
    if (row.verdict != "ok") continue;
    INFO(told(row));
    CHECK(ask(row.kind, row.canonical).canonical == row.canonical);
    ++checked;
  }
  CHECK(checked >= 120);
}

TEST_CASE("an address or a prefix is also the range of its addresses") {
  std::size_t checked = 0;
  for (const Spelling& row : table()) {
    // Not "1.2.3.4-1.2.3.5", which is refused as an address and is a fine range.
    if (row.kind == "range" || row.text.find('-') != std::string::npos) continue;
    INFO(told(row));
    const Verdict prefix = ask("prefix", row.text);
    const Verdict range = ask("range", row.text);
    CHECK(range.canonical == prefix.canonical);
    CHECK(range.error == prefix.error);
    ++checked;
  }
  CHECK(checked >= 350);
}

TEST_CASE("no row stands twice, and each fills the columns of its verdict") {
  std::set<std::string> seen;
  for (const Spelling& row : table()) {
    INFO(told(row));
    CHECK(seen.insert(row.kind + "," + row.text).second);
    CHECK((row.verdict == "ok") == row.code.empty());
    CHECK((row.verdict == "error") == row.canonical.empty());
  }
  CHECK(seen.size() >= 400);
}
