#include "json/json_tree.hpp"

#include <doctest/doctest.h>

using namespace servicetags;
using namespace servicetags::json;

namespace {
constexpr Limits kLimits{.max_depth = 8, .max_string = 100, .max_members = 10};
}

TEST_CASE("a tree holds each value with its kind and place") {
  const std::string text = R"({"a": [1, -1, "x", true, null], "b": {"c": 2.5}})";
  const Value root = read_tree(text, kLimits).value();
  REQUIRE(root.is(Kind::object));
  REQUIRE(root.keys == std::vector<std::string>{"a", "b"});
  const Value& a = *root.find("a");
  REQUIRE(a.is(Kind::array));
  REQUIRE(a.items.size() == 5);
  CHECK(a.items[0].whole == 1);
  CHECK(a.items[1].is(Kind::number));
  CHECK(!a.items[1].whole.has_value());
  CHECK(a.items[2].text == "x");
  CHECK(a.items[3].is(Kind::boolean));
  CHECK(a.items[3].text == "true");
  CHECK(a.items[4].is(Kind::null));
  const Value& c = *root.find("b")->find("c");
  CHECK(c.place.pointer == "#/b/c");
  CHECK(root.find("nothing") == nullptr);
  CHECK(a.find("a") == nullptr);
}

TEST_CASE("an error points to the value and its byte") {
  const std::string text = R"({"a": [1, "x"]})";
  const Value root = read_tree(text, kLimits).value();
  const Error error = error_at(Errc::invalid_profile, "no", root.find("a")->items[1], text);
  CHECK(error.where == "#/a/1");
  CHECK(error.offset == text.find("\"x\""));
}

TEST_CASE("a single scalar is a tree, and what is no JSON or too deep is refused") {
  CHECK(read_tree("5", kLimits).value().whole == 5);
  CHECK(read_tree("", kLimits).error().code == Errc::malformed_json);
  CHECK(read_tree("[1,]", kLimits).error().code == Errc::malformed_json);
  CHECK(read_tree(std::string(9, '['), kLimits).error().code == Errc::limit_exceeded);
}
