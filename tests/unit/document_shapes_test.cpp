// The shapes a file comes in: all that say the same give the same document.
#include <doctest/doctest.h>

#include "servicetags/document.hpp"
#include "support/document_texts.hpp"

using namespace servicetags;
using servicetags::testing::sample;
using servicetags::testing::with_properties;

namespace {

Prefix prefix(const char* text) { return parse_prefix(text).value(); }

using Features = std::vector<std::string>;

/// What tests/data/documents/public.json says, by hand.
std::vector<Tag> expected_tags() {
  return {
      {"Storage",
       "",
       "AzureStorage",
       7,
       Features{"API", "NSG"},
       {prefix("192.0.2.0/25"), prefix("198.51.100.0/24"), prefix("2001:db8:1::/48")}},
      {"Storage.WestUS",
       "westus",
       "AzureStorage",
       3,
       Features{"API", "NSG", "UDR", "FW"},
       {prefix("192.0.2.0/26"), prefix("2001:db8:1:8000::/56")}},
      {"AzureCloud.centralfrance",
       "centralfrance",
       "",
       12,
       std::nullopt,
       {prefix("203.0.113.0/24"), prefix("198.18.0.0/15")}},
  };
}

}  // namespace

TEST_CASE("a file, a reply, PowerShell's and joined pages give one and the same document") {
  std::size_t ran = 0;
  for (const char* name :
       {"public.json", "rest.json", "powershell.json", "pages.json", "pages_joined_by_hand.json"}) {
    CAPTURE(name);
    const auto document = parse_document(sample(name));
    REQUIRE_MESSAGE(document, (document ? "" : to_string(document.error())));
    CHECK(document->cloud == Cloud::azure_public);
    CHECK(document->change_number == 1001);
    CHECK(document->tags == expected_tags());
    CHECK(document->warnings.empty());
    ++ran;
  }
  CHECK(ran == 5);
}

TEST_CASE("two pages of a reply give the same document") {
  const std::string first = sample("rest_page_1.json");
  const std::string second = sample("rest_page_2.json");
  const std::string_view pages[] = {first, second};
  const auto document = parse_document(pages);
  REQUIRE(document);
  CHECK(document->cloud == Cloud::azure_public);
  CHECK(document->change_number == 1001);
  CHECK(document->tags == expected_tags());
}

TEST_CASE("an array of tags, or one tag, gives the tags without cloud and number") {
  const auto tags = parse_document(sample("tags.json")).value();
  CHECK(tags.tags == expected_tags());
  CHECK_FALSE(tags.cloud);
  CHECK_FALSE(tags.change_number);

  const auto tag = parse_document(sample("tag.json")).value();
  REQUIRE(tag.tags.size() == 1);
  CHECK(tag.tags.front() == expected_tags().front());
  CHECK_FALSE(tag.cloud);
}

TEST_CASE("the files of the other clouds name their cloud") {
  struct Case {
    const char* name;
    Cloud cloud;
    std::uint64_t change_number;
    std::size_t tags;
  };
  const Case cases[] = {{"usgov.json", Cloud::usgov, 402, 3},
                        {"china.json", Cloud::china, 404, 2},
                        {"germany.json", Cloud::germany, 193, 2}};
  std::size_t ran = 0;
  for (const auto& [name, cloud, change_number, tags] : cases) {
    const auto document = parse_document(sample(name)).value();
    CHECK(document.cloud == cloud);
    CHECK(document.change_number == change_number);
    CHECK(document.tags.size() == tags);
    CHECK(document.warnings.empty());
    ++ran;
  }
  CHECK(ran == 3);
}

TEST_CASE("a file of 2019 has no network features, and may have a tag without prefixes") {
  const auto document = parse_document(sample("public_2019.json")).value();
  REQUIRE(document.tags.size() == 3);
  for (const Tag& tag : document.tags) CHECK_FALSE(tag.features);
  CHECK(document.tags[2].name == "AzureIoTHub.EastAsia");
  CHECK(document.tags[2].prefixes.empty());
  REQUIRE(document.warnings.size() == 1);
  CHECK(document.warnings[0] ==
        Warning{"the tag 'AzureIoTHub.EastAsia' has no prefixes", "#/values/2"});
}

TEST_CASE("what PowerShell flattened is refused with the option that mends it") {
  const auto document = parse_document(sample("powershell_flattened.json"));
  REQUIRE_FALSE(document);
  CHECK(document.error().code == Errc::unexpected_shape);
  CHECK(document.error().where == "#/Values/0/Properties");
  CHECK(document.error().message ==
        "expected the tag's properties as an object, found a string; if PowerShell wrote it, "
        "write it again with `ConvertTo-Json -Depth 10`");
}

TEST_CASE("keys come in any order") {
  const char* orders[] = {
      R"({"cloud":"China","changeNumber":5,"nextLink":"","values":[{"name":"A","id":"A","properties":
         {"region":"r","addressPrefixes":["192.0.2.0/24"]}}]})",
      R"({"values":[{"properties":{"addressPrefixes":["192.0.2.0/24"],"region":"r"},"id":"A",
         "name":"A"}],"nextLink":null,"changeNumber":"5","cloud":"China"})",
      R"({"changeNumber":"5","values":[{"id":"A","properties":{"region":"r","addressPrefixes":
         ["192.0.2.0/24"]},"name":"A"}],"cloud":"china","name":"x","id":7,"type":null})",
      R"([{"nextLink":null,"cloud":"CHINA","name":{"a":[]},"VALUE":[{"NAME":"A","Properties":
         {"ADDRESSprefixes":["192.0.2.0/24"],"REGION":"r"}}],"CHANGENUMBER":5}])",
  };
  std::size_t ran = 0;
  for (const char* text : orders) {
    const auto document = parse_document(text);
    REQUIRE_MESSAGE(document, text, (document ? "" : to_string(document.error())));
    CHECK(document->cloud == Cloud::china);
    CHECK(document->change_number == 5);
    CHECK(document->tags ==
          std::vector<Tag>{{"A", "r", "", std::nullopt, std::nullopt, {prefix("192.0.2.0/24")}}});
    ++ran;
  }
  CHECK(ran == 4);
}

TEST_CASE("a tag alone comes with its keys in any order, too") {
  std::size_t ran = 0;
  for (const char* text :
       {R"({"name":"A","properties":{"addressPrefixes":["192.0.2.0/24"]}})",
        R"({"properties":{"addressPrefixes":["192.0.2.0/24"]},"name":"A"})",
        R"({"cloud":{"x":1},"changeNumber":-1,"properties":{"addressPrefixes":["192.0.2.0/24"]},
            "nextLink":5,"name":"A"})",
        R"([{"id":"A","properties":{"addressPrefixes":["192.0.2.0/24"]},"name":"A"}])"}) {
    const auto document = parse_document(text);
    REQUIRE_MESSAGE(document, text, (document ? "" : to_string(document.error())));
    CHECK(document->tags ==
          std::vector<Tag>{{"A", "", "", std::nullopt, std::nullopt, {prefix("192.0.2.0/24")}}});
    CHECK_FALSE(document->cloud);
    CHECK_FALSE(document->change_number);
    ++ran;
  }
  CHECK(ran == 4);
}

TEST_CASE("unknown keys are passed over, whatever they hold") {
  std::size_t ran = 0;
  for (
      const char* value :
      {"null", "true", "-1.5e300", "\"text\"", "[]", "{}", "[[],{},[[{\"values\":[1]}]]]",
       R"({"name":5,"properties":"x","values":[{"addressPrefixes":"y"}],"addressPrefixes":[1]})"}) {
    const std::string extra = "\"extra\":" + std::string(value);
    const std::string text = "{" + extra + R"(,"cloud":"Public","values":[{)" + extra +
                             R"(,"name":"A","properties":{)" + extra +
                             R"(,"addressPrefixes":["192.0.2.0/24"],"more":)" + value +
                             R"(},"more":)" + value + R"(}],"more":)" + value + "}";
    const auto document = parse_document(text);
    REQUIRE_MESSAGE(document, text, (document ? "" : to_string(document.error())));
    REQUIRE(document->tags.size() == 1);
    CHECK(document->tags[0].prefixes == std::vector{prefix("192.0.2.0/24")});
    ++ran;
  }
  CHECK(ran == 8);
}

TEST_CASE("absent, null and empty fields are what they stand for") {
  const auto tag_of = [](const char* fields) {
    return parse_document(with_properties("{\"addressPrefixes\": [\"192.0.2.0/24\"]" +
                                          std::string(fields) + "}"))
        .value()
        .tags.at(0);
  };
  const Tag absent = tag_of("");
  CHECK(absent.region.empty());
  CHECK(absent.service.empty());
  CHECK_FALSE(absent.change_number);
  CHECK_FALSE(absent.features);
  CHECK(tag_of(R"(, "region": null, "systemService": null, "networkFeatures": null)") == absent);
  CHECK(tag_of(R"(, "region": "", "systemService": "")") == absent);
  CHECK(tag_of(R"(, "networkFeatures": [])").features == Features{});
  CHECK(tag_of(R"(, "changeNumber": 0)").change_number == 0);
  CHECK(tag_of(R"(, "changeNumber": "18446744073709551615")").change_number ==
        18446744073709551615U);
  CHECK(tag_of(R"(, "changeNumber": 18446744073709551615)").change_number == 18446744073709551615U);
}
