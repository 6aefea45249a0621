// Several pages: of one list, whole, and in agreement.
#include <doctest/doctest.h>

#include "servicetags/document.hpp"
#include "support/document_texts.hpp"

using namespace servicetags;
using servicetags::testing::unmark;

namespace {

/// A page with one tag, and these members before it.
std::string page(const std::string& tag, const std::string& members = "") {
  return "{" + members + R"("values":[{"name":")" + tag +
         R"(","properties":{"addressPrefixes":["192.0.2.0/24"]}}]})";
}

/// The pages as an array in one text.
std::string array_of(const std::vector<std::string>& pages) {
  std::string text = "[";
  for (const std::string& one : pages) {
    if (text.size() > 1) text += ',';
    text += one;
  }
  text += ']';
  return text;
}

const std::string kLink = R"("nextLink":"https://next.example",)";

Result<Document> read(const std::vector<std::string>& texts, const ParseLimits& limits = {}) {
  const std::vector<std::string_view> pages(texts.begin(), texts.end());
  return parse_document(pages, limits);
}

std::size_t count_of(const Result<Document>& document) {
  return document ? document->tags.size() : 0;
}

}  // namespace

TEST_CASE("no page at all is refused") {
  const Error error = read({}).error();
  CHECK(error.code == Errc::unexpected_shape);
  CHECK(error.message == "no page was given");
}

TEST_CASE("one page in a list of one is like a page alone") {
  CHECK(count_of(read({page("A")})) == 1);
  CHECK(read({page("A", R"("cloud":"Mars",)")}).error().where == "#/cloud");
}

TEST_CASE("pages go on as long as there is a nextLink, and end with none") {
  CHECK(count_of(read({page("A", kLink), page("B")})) == 2);
  CHECK(count_of(read({page("A", kLink), page("B", kLink), page("C", R"("nextLink":"",)")})) == 3);
  CHECK(count_of(read({page("A", kLink), page("B", R"("nextLink":null,)")})) == 2);
  CHECK(count_of(read({page("A", kLink), R"({"values":[]})"})) == 1);
  CHECK(read({R"({"nextLink":"x","values":[]})", R"({"values":[]})"}).error() ==
        Error{Errc::unexpected_shape, "there are no tags in it", "", std::nullopt});
  CHECK(count_of(read({array_of({page("A", kLink), page("B", kLink)}), page("C")})) == 3);
}

TEST_CASE("a last page with a nextLink is an incomplete list") {
  const char* expected =
      "the list is not complete: fetch the page at this nextLink too, and give all pages together";
  CHECK(parse_document(page("A", kLink)).error() ==
        Error{Errc::unexpected_shape, expected, "#/nextLink", 12});
  CHECK(read({page("A", kLink), page("B", kLink)}).error() ==
        Error{Errc::unexpected_shape, expected, "page 2#/nextLink", 12});
  CHECK(parse_document(array_of({page("A"), page("B", kLink)})).error().code ==
        Errc::unexpected_shape);
}

TEST_CASE("a page without nextLink before another is not of one list") {
  const char* expected =
      "this page has no nextLink, yet another page follows: these are not the pages of one list";
  std::size_t ran = 0;
  for (const char* link : {"", R"("nextLink":"",)", R"("nextLink":null,)"}) {
    CHECK(read({page("A", kLink), page("B", link), page("C")}).error() ==
          Error{Errc::unexpected_shape, expected, "page 2#", 0});
    ++ran;
  }
  CHECK(ran == 3);
  CHECK(read({page("A"), page("B")}).error().where == "page 1#");
  CHECK(
      read({R"([{"name":"A","properties":{"addressPrefixes":[]}}])", page("B")}).error().message ==
      expected);
  CHECK(read({R"({"name":"A","properties":{"addressPrefixes":[]}})", page("B")}).error().message ==
        expected);
}

TEST_CASE("an array of pages is held to the same, unless no page has the key") {
  CHECK(count_of(parse_document(array_of({page("A", kLink), page("B")}))) == 2);
  CHECK(count_of(parse_document(array_of({page("A"), page("B")}))) == 2);
  CHECK(count_of(parse_document(array_of({page("A")}))) == 1);
  const auto [text, offset] = unmark(array_of(
      {page("A", kLink), std::string("@").append(page("B")), page("C", R"("nextLink":"",)")}));
  CHECK(parse_document(text).error() ==
        Error{Errc::unexpected_shape,
              "this page has no nextLink, yet another page follows: these are not the pages of "
              "one list",
              "#/1", offset});
  // Joined by hand is for one text only.
  CHECK_FALSE(read({array_of({page("A")}), array_of({page("B")})}));
}

TEST_CASE("pages of two clouds are refused, at the cloud that differs") {
  const auto [second, offset] = unmark(page("B", R"("cloud": @"China","changeNumber":7,)"));
  CHECK(read({page("A", kLink + R"("cloud":"Public",)"), second}).error() ==
        Error{Errc::unexpected_shape, "this page is of the cloud china, those before of public",
              "page 2#/cloud", offset});
  CHECK(count_of(read({page("A", kLink + R"("cloud":"Public",)"), page("B")})) == 2);
  const auto late = read({page("A", kLink), page("B", R"("cloud":"AzureGovernment",)")});
  CHECK(late.value().cloud == Cloud::usgov);
}

TEST_CASE("pages of two versions are refused, at the number that differs") {
  CHECK(read({page("A", kLink + R"("changeNumber":"7",)"), page("B", R"("changeNumber":8,)")})
            .error() ==
        Error{Errc::unexpected_shape,
              "this page has the change number 8, those before 7: fetch all pages again",
              "page 2#/changeNumber", 16});
  const auto same =
      read({page("A", kLink + R"("changeNumber":"7",)"), page("B", R"("changeNumber":7,)")});
  CHECK(same.value().change_number == 7);
}

TEST_CASE("a name on two pages is refused with both places") {
  const auto [second, offset] = unmark(R"({"values":[{"name": @"storage",
      "properties":{"addressPrefixes":["192.0.2.0/24"]}}]})");
  CHECK(read({page("Storage", kLink), second}).error() ==
        Error{Errc::unexpected_shape,
              "the tag name 'storage' is taken, case aside, by page 1#/values/0/name",
              "page 2#/values/0/name", offset});
}

TEST_CASE("errors and warnings name their page, and the byte in it") {
  const auto [second, offset] = unmark(R"({"values":[@5]})");
  const Error shape = read({page("A", kLink), second}).error();
  CHECK(shape.where == "page 2#/values/0");
  CHECK(shape.offset == offset);
  CHECK(read({page("A", kLink), "[ "}).error().where == "page 2#");
  CHECK(read({page("A", kLink), "[ "}).error().offset == 2);

  const auto document =
      read({page("A", kLink), R"({"values":[{"name":"B","properties":{"addressPrefixes":[]}}]})"});
  CHECK(document.value().warnings ==
        std::vector<Warning>{{"the tag 'B' has no prefixes", "page 2#/values/0"}});
}

TEST_CASE("limits are over all pages") {
  const std::vector<std::string> texts = {page("A", kLink), page("B")};
  ParseLimits limits;
  limits.max_bytes = texts[0].size() + texts[1].size();
  limits.max_tags = 2;
  limits.max_prefixes = 2;
  CHECK(count_of(read(texts, limits)) == 2);

  ParseLimits bytes = limits;
  --bytes.max_bytes;
  CHECK(read(texts, bytes).error().code == Errc::limit_exceeded);
  ParseLimits tags = limits;
  tags.max_tags = 1;
  CHECK(read(texts, tags).error().message == "there are more tags than the limit of 1");
  CHECK(read(texts, tags).error().where == "page 2#/values/0");
  ParseLimits prefixes = limits;
  prefixes.max_prefixes = 1;
  CHECK(read(texts, prefixes).error().message == "there are more prefixes than the limit of 1");
}
