#include "servicetags/document.hpp"

#include <doctest/doctest.h>

#include <filesystem>

#include "support/document_texts.hpp"
#include "support/file.hpp"
#include "support/real_files.hpp"

using namespace servicetags;
using servicetags::testing::with_prefixes;

namespace {

Prefix prefix(const char* text) { return parse_prefix(text).value(); }

Document document_with(const std::string& prefixes) {
  return parse_document(with_prefixes(prefixes)).value();
}

const std::string kPointer = "#/values/0/properties/addressPrefixes/";

}  // namespace

TEST_CASE("prefixes of both families are kept in file order, in any spelling") {
  const auto document = document_with(
      R"("203.0.113.0/24", "192.0.2.7", "2001:DB8::/32", "198.18.0.0/15",
         "2001:0db8:0000:0000:0000:0000:0000:0001/128", "2001:db8:ffff::5",
         "::ffff:192.0.2.0/120")");
  CHECK(document.tags.at(0).prefixes ==
        std::vector{prefix("203.0.113.0/24"), prefix("192.0.2.7/32"), prefix("2001:db8::/32"),
                    prefix("198.18.0.0/15"), prefix("2001:db8::1/128"),
                    prefix("2001:db8:ffff::5/128"), prefix("192.0.2.0/24")});
  CHECK(document.warnings.empty());
}

TEST_CASE("host bits are cleared, with a warning that names both") {
  const auto document = document_with(R"("198.51.100.0/24", "192.0.2.77/24", "2001:db8::1/32")");
  CHECK(document.tags.at(0).prefixes ==
        std::vector{prefix("198.51.100.0/24"), prefix("192.0.2.0/24"), prefix("2001:db8::/32")});
  CHECK(
      document.warnings ==
      std::vector<Warning>{
          {"'192.0.2.77/24' has bits beyond its length: read as 192.0.2.0/24", kPointer + "1"},
          {"'2001:db8::1/32' has bits beyond its length: read as 2001:db8::/32", kPointer + "2"}});
}

TEST_CASE("a repeated prefix is kept where it was first, with a warning each time") {
  const auto document = document_with(
      R"("203.0.113.0/24", "192.0.2.0/24", "203.0.113.0/24", "2001:db8::/32", "192.0.2.0/24",
         "2001:DB8:0::/32", "203.0.113.0/24")");
  CHECK(document.tags.at(0).prefixes ==
        std::vector{prefix("203.0.113.0/24"), prefix("192.0.2.0/24"), prefix("2001:db8::/32")});
  CHECK(document.warnings ==
        std::vector<Warning>{
            {"the prefix 203.0.113.0/24 is repeated in this tag: kept once", kPointer + "2"},
            {"the prefix 192.0.2.0/24 is repeated in this tag: kept once", kPointer + "4"},
            {"the prefix 2001:db8::/32 is repeated in this tag: kept once", kPointer + "5"},
            {"the prefix 203.0.113.0/24 is repeated in this tag: kept once", kPointer + "6"}});
}

TEST_CASE("a prefix that repeats another once its host bits are cleared is kept once") {
  const auto document = document_with(R"("192.0.2.0/24", "192.0.2.1/24")");
  CHECK(document.tags.at(0).prefixes == std::vector{prefix("192.0.2.0/24")});
  CHECK(document.warnings.size() == 2);
}

TEST_CASE("the same prefix in two tags, or at two lengths, is no repeat") {
  const auto document = parse_document(
      R"([{"name":"A","properties":{"addressPrefixes":["192.0.2.0/25","192.0.2.0/24"]}},
          {"name":"B","properties":{"addressPrefixes":["192.0.2.0/24"]}}])");
  REQUIRE(document);
  CHECK(document->warnings.empty());
  CHECK(document->tags.at(0).prefixes.size() == 2);
  CHECK(document->tags.at(1).prefixes.size() == 1);
}

TEST_CASE("repeats among many are found as a slow search finds them") {
  // Prefixes in a scrambled order with many repeats; the slow search is quadratic.
  std::string list;
  std::vector<Prefix> expected;
  std::size_t repeats = 0;
  for (unsigned i = 0; i < 600; ++i) {
    const unsigned number = i * 7919U % 401U * (i % 3U + 1U) % 256U;
    const std::string text = "192.0.2." + std::to_string(number) + "/32";
    list += (i == 0 ? "\"" : ",\"") + text + "\"";
    const bool is_new =
        std::find(expected.begin(), expected.end(), prefix(text.c_str())) == expected.end();
    if (is_new) expected.push_back(prefix(text.c_str()));
    repeats += is_new ? 0 : 1;
  }
  const auto document = document_with(list);
  CHECK(document.tags.at(0).prefixes == expected);
  REQUIRE(repeats > Document::kMaxWarnings);
  REQUIRE(document.warnings.size() == Document::kMaxWarnings);
  CHECK(document.warnings.back() ==
        Warning{"and " + std::to_string(repeats - Document::kMaxWarnings + 1) +
                    " more, which are not listed",
                ""});
}

TEST_CASE("just as many warnings as are kept are all listed") {
  const auto with_warnings = [](std::size_t count) {
    std::string list = "\"192.0.2.0/24\"";
    for (std::size_t i = 0; i < count; ++i) list += ",\"192.0.2.0/24\"";
    return document_with(list).warnings;
  };
  CHECK(with_warnings(99).size() == 99);
  CHECK(with_warnings(100).size() == 100);
  CHECK(with_warnings(100).back().where == kPointer + "100");
  CHECK(with_warnings(101).size() == 100);
  CHECK(with_warnings(101).back().message == "and 2 more, which are not listed");
  CHECK(with_warnings(101).at(98).where == kPointer + "99");
}

TEST_CASE("names keep the case of the file, and use all of the safe alphabet") {
  const std::string longest(128, 'x');
  const auto document = parse_document(
      R"([{"name":"aZ09._-","properties":{"addressPrefixes":["192.0.2.0/24"],"region":"R_1.a-b",
           "systemService":"9.x","networkFeatures":["nsg","New-1"]}},
          {"name":")" +
      longest + R"(","properties":{"addressPrefixes":["192.0.2.0/24"]}}])");
  REQUIRE(document);
  CHECK(document->tags.at(0).name == "aZ09._-");
  CHECK(document->tags.at(0).region == "R_1.a-b");
  CHECK(document->tags.at(0).service == "9.x");
  CHECK(document->tags.at(0).features == std::vector<std::string>{"nsg", "New-1"});
  CHECK(document->tags.at(1).name == longest);
}

TEST_CASE("every published file is read with its known counts") {
  struct Known {
    const char* name;
    Cloud cloud;
    std::uint64_t change_number;
    std::size_t tags;
    std::size_t prefixes;
    std::size_t empty_tags;
    bool has_features;
  };
  const Known files[] = {
      {"ServiceTags_Public_20251028.json", Cloud::azure_public, 375, 3'039, 93'362, 0, true},
      {"ServiceTags_Public_20251013.json", Cloud::azure_public, 373, 3'039, 93'311, 0, true},
      {"ServiceTags_Public_20190722.json", Cloud::azure_public, 82, 756, 14'574, 4, false},
      {"ServiceTags_China_20260713.json", Cloud::china, 404, 327, 4'398, 0, true},
      {"ServiceTags_China_20260720.json", Cloud::china, 405, 327, 4'390, 0, true},
      {"ServiceTags_AzureGovernment_20260713.json", Cloud::usgov, 401, 299, 6'589, 0, true},
      {"ServiceTags_AzureGovernment_20260720.json", Cloud::usgov, 402, 299, 6'591, 0, true},
      {"ServiceTags_AzureGermany_20220307.json", Cloud::germany, 193, 79, 372, 0, true},
  };
  std::size_t known_files = 0;
  for (const Known& known : files) {
    const std::string path = servicetags::testing::real_file(known.name);
    if (path.empty()) {
      MESSAGE("LEFT OUT: ", known.name, "; set SERVICETAGS_TEST_DATA to its folder");
      continue;
    }
    CAPTURE(path);
    const auto document = parse_document(read_file(path, 64U << 20U).value());
    REQUIRE_MESSAGE(document, (document ? "" : to_string(document.error())));
    CHECK(document->cloud == known.cloud);
    CHECK(document->change_number == known.change_number);
    CHECK(document->tags.size() == known.tags);
    std::size_t prefixes = 0;
    std::size_t empty_tags = 0;
    bool has_features = false;
    for (const Tag& tag : document->tags) {
      prefixes += tag.prefixes.size();
      empty_tags += tag.prefixes.empty() ? 1 : 0;
      has_features = has_features || tag.features.has_value();
      CHECK(tag.change_number.has_value());
    }
    CHECK(prefixes == known.prefixes);
    CHECK(empty_tags == known.empty_tags);
    CHECK(has_features == known.has_features);
    CHECK(document->warnings.size() == known.empty_tags);
    ++known_files;
  }
  std::size_t read_files = 0;
  for (const std::string& path : servicetags::testing::real_files()) {
    CHECK_MESSAGE(parse_document(read_file(path, 64U << 20U).value()), path);
    ++read_files;
  }
  MESSAGE(read_files, " published files read, ", known_files, " of them with known counts");
  CHECK(read_files >= known_files);
}
