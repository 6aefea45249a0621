// How much a document may hold, and that hostile texts do not take long.
#include <doctest/doctest.h>

#include <chrono>

#include "servicetags/document.hpp"
#include "support/document_texts.hpp"

using namespace servicetags;
using servicetags::testing::with_prefixes;
using servicetags::testing::with_properties;

namespace {

std::string tags(std::size_t count) {
  std::string text = "[";
  for (std::size_t i = 0; i < count; ++i) {
    text += (i == 0 ? "" : ",");
    text += R"({"name":"T)" + std::to_string(i) +
            R"(","properties":{"addressPrefixes":["192.0.2.0/24"]}})";
  }
  return text + "]";
}

std::string prefixes(std::size_t count) {
  std::string list;
  for (std::size_t i = 0; i < count; ++i) {
    list += (i == 0 ? "\"" : ",\"");
    list += "198." + std::to_string(18 + i / 65'536 % 2) + '.' + std::to_string(i / 256 % 256) +
            '.' + std::to_string(i % 256) + "\"";
  }
  return with_prefixes(list);
}

}  // namespace

TEST_CASE("bytes are limited") {
  const std::string text = tags(1);
  ParseLimits limits;
  limits.max_bytes = text.size();
  CHECK(parse_document(text, limits));
  --limits.max_bytes;
  const Error error = parse_document(text, limits).error();
  CHECK(error.code == Errc::limit_exceeded);
  CHECK(error.message == "the JSON text is " + std::to_string(text.size()) +
                             " bytes, more than the limit of " + std::to_string(text.size() - 1));
}

TEST_CASE("tags are limited") {
  ParseLimits limits;
  limits.max_tags = 3;
  CHECK(parse_document(tags(3), limits));
  const Error error = parse_document(tags(4), limits).error();
  CHECK(error.code == Errc::limit_exceeded);
  CHECK(error.message == "there are more tags than the limit of 3");
  CHECK(error.where == "#/3/properties");
}

TEST_CASE("pages without tags are limited, too, and network features") {
  ParseLimits limits;
  limits.max_tags = 3;
  CHECK(parse_document(R"([{"values":[]},{"values":[]},{"values":[]}])", limits).error().message ==
        "there are no tags in it");
  const Error pages =
      parse_document(R"([{"values":[]},{"values":[]},{"values":[]},{"values":[]}])", limits)
          .error();
  CHECK(pages.code == Errc::limit_exceeded);
  CHECK(pages.message == "there are more pages than the limit of 3");
  CHECK(pages.where == "#/3");
  CHECK(pages.offset == 43);

  const auto with_features = [](std::size_t count) {
    std::string list = "\"F\"";
    for (std::size_t i = 1; i < count; ++i) list += ",\"F\"";
    return with_properties("{\"addressPrefixes\":[],\"networkFeatures\":[" + list + "]}");
  };
  CHECK(parse_document(with_features(64)).value().tags.at(0).features->size() == 64);
  const Error features = parse_document(with_features(65)).error();
  CHECK(features.code == Errc::limit_exceeded);
  CHECK(features.message == "there are more network features than the limit of 64");
  CHECK(features.where == "#/values/0/properties/networkFeatures/64");
}

TEST_CASE("prefixes are limited, repeats included") {
  ParseLimits limits;
  limits.max_prefixes = 3;
  CHECK(parse_document(prefixes(3), limits));
  const Error error = parse_document(prefixes(4), limits).error();
  CHECK(error.code == Errc::limit_exceeded);
  CHECK(error.message == "there are more prefixes than the limit of 3");
  CHECK(error.where == "#/values/0/properties/addressPrefixes/3");
  CHECK_FALSE(parse_document(tags(4), limits));
  CHECK(parse_document(tags(3), limits));
}

TEST_CASE("depth, strings and members are limited, also where they are passed over") {
  ParseLimits limits;
  limits.max_depth = 5;
  CHECK(parse_document(with_prefixes(""), limits));
  limits.max_depth = 4;
  CHECK(parse_document(with_prefixes(""), limits).error().message ==
        "arrays and objects are nested deeper than the limit of 4");
  CHECK(parse_document(with_prefixes(""), limits).error().where ==
        "#/values/0/properties/addressPrefixes");

  const auto extra = [](const std::string& value) {
    return with_properties("{\"addressPrefixes\":[],\"x\":" + value + "}");
  };
  limits = {};
  limits.max_string = 20;
  CHECK(parse_document(extra("\"" + std::string(20, 'x') + "\""), limits));
  const std::string too_long = extra("\"" + std::string(21, 'x') + "\"");
  CHECK(parse_document(too_long, limits).error() ==
        Error{Errc::limit_exceeded, "a string of 21 bytes, more than the limit of 20",
              "#/values/0/properties/x", too_long.find("\"xxx")});

  limits = {};
  limits.max_members = 2;
  CHECK(parse_document(extra(R"({"a":1,"b":2})"), limits));
  CHECK(parse_document(extra(R"({"a":1,"b":2,"c":3})"), limits).error().where ==
        "#/values/0/properties/x/c");
  CHECK(parse_document(extra(R"({"a":1,"b":2,"c":3})"), limits).error().code ==
        Errc::limit_exceeded);

  CHECK(parse_document(extra(std::string(28, '[') + std::string(28, ']'))));
  CHECK(parse_document(extra(std::string(30, '[') + std::string(30, ']'))).error().code ==
        Errc::limit_exceeded);
}

TEST_CASE("very large and hostile texts are read or refused without taking long") {
  const auto begin = std::chrono::steady_clock::now();
  CHECK(parse_document(std::string(200'000, '[')).error().where == "#/0");
  CHECK(parse_document("{\"x\":" + std::string(200'000, '[')).error().code == Errc::limit_exceeded);
  CHECK(parse_document(tags(50'000)).value().tags.size() == 50'000);
  CHECK(parse_document(tags(50'001)).error().code == Errc::limit_exceeded);
  CHECK(parse_document(prefixes(131'072)).value().tags.at(0).prefixes.size() == 131'072);

  // Unsorted, and repeated as often as there are addresses.
  const auto repeated = parse_document(prefixes(300'000)).value();
  CHECK(repeated.tags.at(0).prefixes.size() == 131'072);
  CHECK(repeated.warnings.size() == Document::kMaxWarnings);
  CHECK(repeated.warnings.back().message == "and 168829 more, which are not listed");

  // One key of the largest size, in an object within an object.
  const std::string key(65'536, '\x7f');
  std::string nested = "1";
  for (int i = 0; i < 20; ++i) nested = "{\"" + key + "\":" + nested + "}";
  const Error error = parse_document("{\"x\":" + nested + "}").error();
  CHECK(error.code == Errc::unexpected_shape);
  const Error cut = parse_document("{\"x\":" + nested).error();
  CHECK(cut.where.size() < 10'000);
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(30));
}
