// Which texts are JSON: two tables, written for this test. A repeated key and a text
// after a zero byte are refused here, where RFC 8259 leaves the one open and many
// readers overlook the other.
#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <string_view>

#include "json/json_reader.hpp"
#include "unit/json_suite_cases.hpp"

using namespace servicetags;

namespace {

class Nobody final : public json::Events {
 public:
  json::Verdict on_key(std::string_view, const json::Path&) override { return json::kGoOn; }
  json::Verdict on_scalar(const json::Scalar&, const json::Path&) override { return json::kGoOn; }
  json::Verdict on_begin(json::Kind, const json::Path&) override { return json::kGoOn; }
  json::Verdict on_end(const json::Path&) override { return json::kGoOn; }
};

Result<void> read(std::string_view text) {
  // A copy of just its size on the heap, so that a read beyond it is caught.
  const std::vector<char> copy(text.begin(), text.end());
  Nobody nobody;
  return json::read({copy.data(), copy.size()}, {64, 65'536, 1'000}, nobody);
}

std::chrono::steady_clock::duration slowest{};

Result<void> timed(std::string_view text) {
  const auto begin = std::chrono::steady_clock::now();
  auto done = read(text);
  slowest = std::max(slowest, std::chrono::steady_clock::now() - begin);
  return done;
}

}  // namespace

TEST_CASE("what RFC 8259 takes is read") {
  std::size_t ran = 0;
  for (const std::string_view text : kJson) {
    const auto done = timed(text);
    CHECK_MESSAGE(done.has_value(), text, " -- ", done ? "" : to_string(done.error()));
    ++ran;
  }
  MESSAGE(ran, " texts read");
  CHECK(ran >= 95);
  CHECK(slowest < std::chrono::seconds(1));
}

TEST_CASE("what RFC 8259 does not take is refused, with a byte inside the text") {
  std::size_t ran = 0;
  for (const std::string_view text : kNotJson) {
    const auto done = timed(text);
    REQUIRE_MESSAGE(!done.has_value(), text);
    CHECK(done.error().code == Errc::malformed_json);
    CHECK(done.error().offset.value() <= text.size());
    ++ran;
  }
  MESSAGE(ran, " texts refused");
  CHECK(ran >= 188);
  CHECK(slowest < std::chrono::seconds(1));
}

TEST_CASE("no text stands in both tables, or twice in one") {
  std::vector<std::string_view> all(std::begin(kJson), std::end(kJson));
  all.insert(all.end(), std::begin(kNotJson), std::end(kNotJson));
  std::sort(all.begin(), all.end());
  const auto twice = std::adjacent_find(all.begin(), all.end());
  CHECK_MESSAGE(twice == all.end(), (twice == all.end() ? "" : *twice));
}

TEST_CASE("every beginning of a JSON text that is not one itself is refused") {
  // Objects and arrays are complete at their last bracket only.
  std::size_t cut = 0;
  for (const std::string_view text : kJson) {
    const std::size_t end = text.find_last_not_of(" \t\r\n") + 1;
    if (text[end - 1] != ']' && text[end - 1] != '}') continue;
    for (std::size_t size = 0; size < end; ++size, ++cut) {
      CHECK_FALSE_MESSAGE(read(text.substr(0, size)).has_value(), text.substr(0, size));
    }
  }
  MESSAGE(cut, " beginnings refused");
  CHECK(cut > 290);
}
