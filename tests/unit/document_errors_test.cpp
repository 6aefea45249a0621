// What is not a service tag file: each refusal with its pointer and its byte.
#include <doctest/doctest.h>

#include "servicetags/document.hpp"
#include "support/document_texts.hpp"

using namespace servicetags;
using servicetags::testing::unmark;
using servicetags::testing::with_prefixes;
using servicetags::testing::with_properties;

namespace {

struct Case {
  std::string marked;  ///< '@' before the byte that the error names
  const char* where;
  std::string message;
};

void check_all(const std::vector<Case>& cases, std::size_t count,
               Errc code = Errc::unexpected_shape) {
  std::size_t ran = 0;
  for (const Case& test : cases) {
    CAPTURE(test.marked);
    const auto [text, offset] = unmark(test.marked);
    const auto document = parse_document(text);
    REQUIRE_FALSE(document);
    CHECK(to_string(document.error().code) == to_string(code));
    CHECK(document.error().message == test.message);
    CHECK(document.error().where == test.where);
    CHECK(document.error().offset.value_or(9999) == offset);
    ++ran;
  }
  CHECK(ran == count);
}

const std::string kOk = R"("properties":{"addressPrefixes":["192.0.2.0/24"]})";
constexpr const char* kFlattened =
    "; if PowerShell wrote it, write it again with `ConvertTo-Json -Depth 10`";
constexpr const char* kNoWhole = "expected a whole number from 0 to 18446744073709551615, found ";
constexpr const char* kAlphabet =
    " is not made of 1 to 128 letters, digits, '.', '_' or '-', beginning with a letter or digit";

}  // namespace

TEST_CASE("a text that is neither list, page nor tag is refused") {
  const std::string top = "expected an object or array of service tags, found ";
  const std::string neither = "neither a page, with values, nor a tag, with name and properties";
  check_all(
      {
          {" @1", "#", top + "a number"},
          {"@\"text\"", "#", top + "a string"},
          {"@null", "#", top + "null"},
          {"@true", "#", top + "true or false"},
          {" @{}", "#", neither},
          {R"(@{"name":"A","cloud":"Public"})", "#", neither},
          {R"([{"name":"A",)" + kOk + R"(}, @{"id":"B"}])", "#/1", neither},
          {"[@1]", "#/0", "expected a tag or page as an object, found a number"},
          {"[@null]", "#/0", "expected a tag or page as an object, found null"},
          {"[ @[]]", "#/0", "expected a tag or page as an object, found an array"},
          {R"([@"x"])", "#/0",
           std::string("expected a tag or page as an object, found a string") + kFlattened},
          {R"({"values":[], @"properties":{}})", "#/properties",
           "an object has either values, as a page, or properties, as a tag, not both"},
          {R"({"name":"A",)" + kOk + R"(, @"value":[]})", "#/value",
           "an object has either values, as a page, or properties, as a tag, not both"},
          {R"([{"name":"A",)" + kOk + R"(},{@"values":[]}])", "#/1/values",
           "an array holds either pages or tags, not both"},
          {R"([{"values":[]},{"name":"A", @"properties":{}}])", "#/1/properties",
           "an array holds either pages or tags, not both"},
      },
      15);
}

TEST_CASE("a list without any tag is refused") {
  std::size_t ran = 0;
  for (const char* text : {"[]", R"({"values":[]})", R"({"value":[],"cloud":"Public"})",
                           R"([{"values":[]}])", R"([{"values":[]},{"values":[]}])"}) {
    CHECK(parse_document(text).error() ==
          Error{Errc::unexpected_shape, "there are no tags in it", "#", std::nullopt});
    ++ran;
  }
  CHECK(ran == 5);
}

TEST_CASE("members of a page of the wrong type or content are refused") {
  const std::string cloud =
      ": expected public, usgov (AzureGovernment), china or germany (AzureGermany)";
  check_all(
      {
          {R"({"values": @5})", "#/values", "expected an array of tags, found a number"},
          {R"({"values": @null})", "#/values", "expected an array of tags, found null"},
          {R"({"Value": @{}})", "#/Value", "expected an array of tags, found an object"},
          {R"({"values": @"x"})", "#/values",
           std::string("expected an array of tags, found a string") + kFlattened},
          {R"({"values":[],"cloud": @"Mars"})", "#/cloud", "unknown cloud 'Mars'" + cloud},
          {R"({"cloud": @"","values":[]})", "#/cloud", "unknown cloud ''" + cloud},
          {R"({"cloud": @null,"values":[]})", "#/cloud",
           "expected a cloud's name as a string, found null"},
          {R"({"values":[],"cloud": @["Public"]})", "#/cloud",
           "expected a cloud's name as a string, found an array"},
          {R"({"cloud": @{"a":"Public"},"values":[]})", "#/cloud",
           "expected a cloud's name as a string, found an object"},
          {R"({"nextLink": @7,"values":[]})", "#/nextLink",
           "expected a link as a string, or null, found a number"},
          {R"({"values":[],"nextLink": @{}})", "#/nextLink",
           "expected a link as a string, or null, found an object"},
          {R"([{"changeNumber":1, "values":[]},{"nextLink": @false,"values":[]}])", "#/1/nextLink",
           "expected a link as a string, or null, found true or false"},
      },
      12);
}

TEST_CASE("a number that does not count is refused, on a page and in a tag") {
  const std::string number = "one that is negative, larger, or has a fraction or exponent";
  const std::pair<const char*, std::string> values[] = {
      {"-1", number},
      {"-0", number},
      {"1.0", number},
      {"1e3", number},
      {"18446744073709551616", number},
      {"1234567890123456789012345678901234567890", number},
      {"\"\"", "''"},
      {"\"-1\"", "'-1'"},
      {"\"+1\"", "'+1'"},
      {"\" 1\"", "' 1'"},
      {"\"1 \"", "'1 '"},
      {"\"1.0\"", "'1.0'"},
      {"\"0x1\"", "'0x1'"},
      {"\"1e3\"", "'1e3'"},
      {"\"one\"", "'one'"},
      {"\"18446744073709551616\"", "'18446744073709551616'"},
      {"\"99999999999999999999999\"", "'99999999999999999999999'"},
      {"\"1\\u0000\"", "'1\\x00'"},
      {"null", "null"},
      {"true", "true or false"},
      {"[]", "an array"},
      {"{}", "an object"},
  };
  std::vector<Case> cases;
  for (const auto& [value, found] : values) {
    const std::string member = "\"changeNumber\": @" + std::string(value);
    cases.push_back({"{" + member + ",\"values\":[]}", "#/changeNumber", kNoWhole + found});
    cases.push_back({"{\"values\":[]," + member + "}", "#/changeNumber", kNoWhole + found});
    cases.push_back({with_properties("{\"addressPrefixes\":[]," + member + "}"),
                     "#/values/0/properties/changeNumber", kNoWhole + found});
  }
  check_all(cases, 66);
}

TEST_CASE("a tag of the wrong shape is refused") {
  check_all(
      {
          {R"({"values":[@7]})", "#/values/0", "expected a tag as an object, found a number"},
          {R"({"values":[@[]]})", "#/values/0", "expected a tag as an object, found an array"},
          {R"({"values":[@"x"]})", "#/values/0",
           std::string("expected a tag as an object, found a string") + kFlattened},
          {R"({"values":[ @{}]})", "#/values/0", "the tag has no name"},
          {R"({"values":[ @{)" + kOk + "}]}", "#/values/0", "the tag has no name"},
          {"@{" + kOk + "}", "#", "the tag has no name"},
          {R"({"values":[ @{"name":"A"}]})", "#/values/0", "the tag has no properties"},
          {R"({"values":[{"name": @5,)" + kOk + "}]}", "#/values/0/name",
           "expected the tag's name as a string, found a number"},
          {R"({"values":[{)" + kOk + R"(,"name": @{"a":1}}]})", "#/values/0/name",
           "expected the tag's name as a string, found an object"},
          {R"({"name": @[1],)" + kOk + "}", "#/name",
           "expected the tag's name as a string, found an array"},
          {R"([{"name": @null,)" + kOk + "}]", "#/0/name",
           "expected the tag's name as a string, found null"},
          {with_properties("@[]"), "#/values/0/properties",
           "expected the tag's properties as an object, found an array"},
          {with_properties("@null"), "#/values/0/properties",
           "expected the tag's properties as an object, found null"},
          {with_properties("@\"{...}\""), "#/values/0/properties",
           std::string("expected the tag's properties as an object, found a string") + kFlattened},
          {R"({"name":"A","properties": @5})", "#/properties",
           "expected the tag's properties as an object, found a number"},
          {with_properties("@{}"), "#/values/0/properties",
           "the tag's properties have no addressPrefixes"},
          {with_properties(R"(@{"region":"r"})"), "#/values/0/properties",
           "the tag's properties have no addressPrefixes"},
      },
      17);
}

TEST_CASE("properties of the wrong type are refused") {
  const std::string at = "{\"addressPrefixes\":[],";
  check_all(
      {
          {with_properties(R"({"addressPrefixes": @"192.0.2.0/24 198.51.100.0/24"})"),
           "#/values/0/properties/addressPrefixes",
           std::string("expected the prefixes as an array of strings, found a string") +
               kFlattened},
          {with_properties(R"({"AddressPrefixes": @null})"),
           "#/values/0/properties/AddressPrefixes",
           "expected the prefixes as an array of strings, found null"},
          {with_properties(R"({"addressPrefixes": @{}})"), "#/values/0/properties/addressPrefixes",
           "expected the prefixes as an array of strings, found an object"},
          {with_prefixes(R"("192.0.2.0/24", @5)"), "#/values/0/properties/addressPrefixes/1",
           "expected a prefix as a string, found a number"},
          {with_prefixes("@null"), "#/values/0/properties/addressPrefixes/0",
           "expected a prefix as a string, found null"},
          {with_prefixes("@[]"), "#/values/0/properties/addressPrefixes/0",
           "expected a prefix as a string, found an array"},
          {with_prefixes("@{}"), "#/values/0/properties/addressPrefixes/0",
           "expected a prefix as a string, found an object"},
          {with_properties(at + R"("region": @5})"), "#/values/0/properties/region",
           "expected a region as a string, or null, found a number"},
          {with_properties(at + R"("region": @[]})"), "#/values/0/properties/region",
           "expected a region as a string, or null, found an array"},
          {with_properties(at + R"("systemService": @true})"),
           "#/values/0/properties/systemService",
           "expected a service as a string, or null, found true or false"},
          {with_properties(at + R"("systemService": @{}})"), "#/values/0/properties/systemService",
           "expected a service as a string, or null, found an object"},
          {with_properties(at + R"("networkFeatures": @5})"),
           "#/values/0/properties/networkFeatures",
           "expected the network features as an array of strings, or null, found a number"},
          {with_properties(at + R"("networkFeatures": @"API NSG"})"),
           "#/values/0/properties/networkFeatures",
           std::string("expected the network features as an array of strings, or null, found a "
                       "string") +
               kFlattened},
          {with_properties(at + R"("networkFeatures":["API", @null]})"),
           "#/values/0/properties/networkFeatures/1",
           "expected a network feature as a string, found null"},
          {with_properties(at + R"("networkFeatures":[@[]]})"),
           "#/values/0/properties/networkFeatures/0",
           "expected a network feature as a string, found an array"},
      },
      15);
}

TEST_CASE("a prefix that is none is refused, with its text and what is wrong in it") {
  std::size_t ran = 0;
  for (const char* prefix : {"",
                             "Storage",
                             "192.0.2.0/33",
                             "192.0.2.0/",
                             "192.0.2.0/024",
                             "192.0.2.0/4294967320",
                             "192.0.2.0/-1",
                             "192.0.2.00/24",
                             "192.0.2/24",
                             "192.0.2.0/255.255.255.0",
                             " 192.0.2.0/24",
                             "192.0.2.0/24 ",
                             "192.0.2.0/24\\u0000",
                             "192.0.2.0\\u0000evil/24",
                             "192.0.2.1-192.0.2.9",
                             "2001:db8::/129",
                             "2001:db8::%eth0/64",
                             "2001:db8:::/64",
                             "[2001:db8::]/64",
                             "$(reboot)"}) {
    const auto [text, offset] =
        unmark(with_prefixes("\"192.0.2.0/24\", @\"" + std::string(prefix) + "\""));
    CAPTURE(prefix);
    const auto document = parse_document(text);
    REQUIRE_FALSE(document);
    const Error& error = document.error();
    CHECK(error.code == Errc::unexpected_shape);
    CHECK(error.where == "#/values/0/properties/addressPrefixes/1");
    CHECK(error.offset == offset);
    const std::string shown(
        std::string_view(prefix).substr(0, std::string_view(prefix).find('\\')));
    CHECK(error.message.starts_with("'" + shown));
    CHECK(error.message.find("': ") != std::string::npos);
    ++ran;
  }
  CHECK(ran == 20);
  CHECK(parse_document(with_prefixes("\"192.0.2.0/33\"")).error().message ==
        "'192.0.2.0/33': prefix length '33' is larger than 32");
}

TEST_CASE("names that a script could stumble over are refused") {
  std::vector<Case> cases;
  const std::pair<std::string, std::string> names[] = {
      {"", "''"},
      {".a", "'.a'"},
      {"-rf", "'-rf'"},
      {"_a", "'_a'"},
      {"a b", "'a b'"},
      {"a/b", "'a/b'"},
      {"a;b", "'a;b'"},
      {"$(a)", "'$(a)'"},
      {"`a`", "'`a`'"},
      {"a\\nb", "'a\\x0ab'"},
      {"a\\u0000", "'a\\x00'"},
      {"a'b", "'a\\x27b'"},
      {"a\\\"b", "'a\"b'"},
      {"a\\\\b", "'a\\x5cb'"},
      {"a%b", "'a%b'"},
      {"a*", "'a*'"},
      {"=1+1", "'=1+1'"},
      {"\xc3\xa9", "'\\xc3\\xa9'"},
      {std::string(129, 'x'), "'" + std::string(60, 'x') + "'..."},
  };
  const auto property = [&](const char* key, const std::string& value) {
    return with_properties("{\"addressPrefixes\":[],\"" + std::string(key) + "\": @" + value + "}");
  };
  for (const auto& [name, shown] : names) {
    const std::string value = "\"" + name + "\"";
    cases.push_back({R"({"values":[{"name": @)" + value + "," + kOk + "}]}", "#/values/0/name",
                     "the tag name " + shown + kAlphabet});
    cases.push_back(
        {R"({"name": @)" + value + "," + kOk + "}", "#/name", "the tag name " + shown + kAlphabet});
    cases.push_back(
        {with_properties("{\"addressPrefixes\":[],\"networkFeatures\":[@" + value + "]}"),
         "#/values/0/properties/networkFeatures/0", "the network feature " + shown + kAlphabet});
    if (name.empty()) continue;  // a global tag; a tag of no service
    cases.push_back({property("region", value), "#/values/0/properties/region",
                     "the region " + shown + kAlphabet});
    cases.push_back({property("systemService", value), "#/values/0/properties/systemService",
                     "the system service " + shown + kAlphabet});
  }
  check_all(cases, 93);
}

TEST_CASE("a known key given twice is refused, whatever the spelling") {
  const auto twice = [](const char* key) {
    return "the key '" + std::string(key) +
           "' is already in the object, in this or another spelling";
  };
  check_all(
      {
          {R"({"values":[], @"values":[]})", "#/values", twice("values")},
          {R"({"values":[], @"Values":[]})", "#/Values", twice("Values")},
          {R"({"values":[], @"value":[]})", "#/value", twice("value")},
          {R"({"cloud":"China", @"CLOUD":"China","values":[]})", "#/CLOUD", twice("CLOUD")},
          {R"({"values":[],"changeNumber":1, @"changenumber":1})", "#/changenumber",
           twice("changenumber")},
          {R"({"name":"A", @"Name":"A",)" + kOk + "}", "#/Name", twice("Name")},
          {R"([{"name":"A",)" + kOk + R"(, @"Properties":{}}])", "#/0/Properties",
           twice("Properties")},
          {with_properties(R"({"region":"a", @"Region":"b","addressPrefixes":[]})"),
           "#/values/0/properties/Region", twice("Region")},
          {with_properties(R"({"addressPrefixes":[], @"addressPrefixes":[]})"),
           "#/values/0/properties/addressPrefixes", twice("addressPrefixes")},
      },
      9);
}

TEST_CASE("an unknown key given twice is not JSON as we read it") {
  check_all(
      {
          {R"({"x":1,"values":[], @"x":2})", "#/x", "this key is already in the object"},
          {with_properties(R"({"addressPrefixes":[],"a b":1, @"a b":1})"),
           "#/values/0/properties/a%20b", "this key is already in the object"},
          {R"({"values":[],"x":[{"y":1, @"y":1}]})", "#/x/0/y",
           "this key is already in the object"},
      },
      3, Errc::malformed_json);
}

TEST_CASE("a tag name given twice is refused, case aside, naming the first") {
  const auto tag = [](const std::string& name) { return R"({"name": )" + name + "," + kOk + "}"; };
  check_all(
      {
          {"[" + tag("\"A\"") + "," + tag("@\"A\"") + "]", "#/1/name",
           "the tag name 'A' is taken, case aside, by #/0/name"},
          {"{\"values\":[" + tag("\"Ab\"") + "," + tag("\"c\"") + "," + tag("@\"aB\"") + "]}",
           "#/values/2/name", "the tag name 'aB' is taken, case aside, by #/values/0/name"},
          // Of several, the first in the file that repeats one.
          {"[" + tag("\"b\"") + "," + tag("\"a\"") + "," + tag("@\"b\"") + "," + tag("\"A\"") +
               "," + tag("\"B\"") + "]",
           "#/2/name", "the tag name 'b' is taken, case aside, by #/0/name"},
          {"[{\"values\":[" + tag("\"A\"") + "]},{\"values\":[" + tag("@\"a\"") + "]}]",
           "#/1/values/0/name", "the tag name 'a' is taken, case aside, by #/0/values/0/name"},
      },
      4);
}

TEST_CASE("what is not JSON keeps its place among the tags") {
  const auto [text, offset] = unmark(with_prefixes("\"192.0.2.0/24\",@]"));
  const Error error = parse_document(text).error();
  CHECK(error.code == Errc::malformed_json);
  CHECK(error.where == "#/values/0/properties/addressPrefixes");
  CHECK(error.offset == offset);
  CHECK(parse_document("").error().message == "not JSON: the text is empty");
  CHECK(parse_document(with_prefixes("") + "x").error().code == Errc::malformed_json);
  CHECK(parse_document(with_prefixes("") + std::string(1, '\0')).error().code ==
        Errc::malformed_json);
}
