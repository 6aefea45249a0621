#include "json/json_reader.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <vector>

using namespace servicetags;
using json::Kind;

namespace {

constexpr json::Limits kLimits{8, 40, 20};

/// Writes down what it is told; refuses what it is told to refuse.
class Recorder final : public json::Events {
 public:
  std::string refused;  ///< the line to refuse
  std::optional<json::Place> place;
  std::vector<std::string> lines;
  std::vector<std::string> pointers;

  json::Verdict on_key(std::string_view key, const json::Path& path) override {
    return add("key " + std::string(key), path);
  }
  json::Verdict on_scalar(const json::Scalar& value, const json::Path& path) override {
    std::string line(json::describe(value.kind));
    if (value.kind == Kind::string) line += " " + std::string(value.text);
    if (value.whole) line += " " + std::to_string(*value.whole);
    return add(line, path);
  }
  json::Verdict on_begin(Kind kind, const json::Path& path) override {
    return add("begin " + std::string(json::describe(kind)), path);
  }
  json::Verdict on_end(const json::Path& path) override { return add("end", path); }

 private:
  json::Verdict add(const std::string& line, const json::Path& path) {
    lines.push_back(line);
    pointers.push_back(path.pointer());
    if (line != refused) return json::kGoOn;
    return json::Refusal{Errc::unexpected_shape, "not this", place};
  }
};

Result<void> read(std::string_view text, json::Limits limits = kLimits) {
  Recorder recorder;
  return json::read(text, limits, recorder);
}

std::vector<std::string> events_of(std::string_view text) {
  Recorder recorder;
  const auto done = json::read(text, kLimits, recorder);
  CHECK_MESSAGE(done.has_value(), text);
  return recorder.lines;
}

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("events come in the order of the text, with their pointers") {
  Recorder recorder;
  REQUIRE(json::read(R"({"a": [true, null, "x"], "b": {"c": 7}})", kLimits, recorder));
  CHECK(recorder.lines == Lines{"begin an object", "key a", "begin an array", "true or false",
                                "null", "a string x", "end", "key b", "begin an object", "key c",
                                "a number 7", "end", "end"});
  CHECK(recorder.pointers == Lines{"#", "#/a", "#/a", "#/a/0", "#/a/1", "#/a/2", "#/a", "#/b",
                                   "#/b", "#/b/c", "#/b/c", "#/b", "#"});
}

TEST_CASE("only a number written as 0 to 2^64-1 is whole") {
  CHECK(events_of("0") == Lines{"a number 0"});
  CHECK(events_of("18446744073709551615") == Lines{"a number 18446744073709551615"});
  std::size_t others = 0;
  for (const char* text : {"-0", "-1", "-9223372036854775808", "-9223372036854775809", "1.0", "1e2",
                           "0e0", "18446744073709551616", "99999999999999999999999999", "0.5"}) {
    CHECK(events_of(text) == Lines{"a number"});
    ++others;
  }
  CHECK(others == 10);
}

TEST_CASE("strings come unescaped") {
  CHECK(events_of(R"("\"\\\/\b\f\n\r\t\u0041\u00e9\ud83d\ude00")") ==
        Lines{"a string \"\\/\b\f\n\r\tA\xc3\xa9\xf0\x9f\x98\x80"});
  CHECK(events_of(R"("\u0000")") == Lines{std::string("a string \0", 10)});
}

TEST_CASE("a byte order mark is passed over, once and at the start only") {
  CHECK(events_of("\xef\xbb\xbf[1]") == events_of("[1]"));
  CHECK_FALSE(read("\xef\xbb\xbf\xef\xbb\xbf[1]"));
  CHECK_FALSE(read("[\xef\xbb\xbf]"));
  CHECK_FALSE(read("\xef\xbb"));
  CHECK(read("\xef\xbb\xbf").error().message == "not JSON: the text is empty");
}

TEST_CASE("a refusal ends the reading, at the event or at the place it names") {
  const std::string_view text = R"( {"a": [1, "two"], "b": {} } )";
  struct Case {
    const char* refused;
    const char* where;
    std::size_t offset;
    std::size_t events;
  };
  const Case cases[] = {
      {"begin an object", "#", 1, 1},   {"key a", "#/a", 2, 2},
      {"begin an array", "#/a", 7, 3},  {"a number 1", "#/a/0", 8, 4},
      {"a string two", "#/a/1", 11, 5}, {"end", "#/a", 7, 6},
      {"key b", "#/b", 19, 7},
  };
  std::size_t ran = 0;
  for (const Case& test : cases) {
    CAPTURE(test.refused);
    Recorder recorder;
    recorder.refused = test.refused;
    const auto done = json::read(text, kLimits, recorder);
    REQUIRE_FALSE(done);
    CHECK(done.error() == Error{Errc::unexpected_shape, "not this", test.where, test.offset});
    CHECK(recorder.lines.size() == test.events);
    ++ran;
  }
  CHECK(ran == 7);

  Recorder recorder;
  recorder.refused = "key b";
  recorder.place = json::Place{"#/elsewhere", 3};
  CHECK(json::read(text, kLimits, recorder).error() ==
        Error{Errc::unexpected_shape, "not this", "#/elsewhere", 8});
}

TEST_CASE("what is not JSON is told with line, column, byte and the container around it") {
  struct Case {
    const char* marked;  ///< '@' before the byte that the error names
    const char* where;
    const char* message;
  };
  const Case cases[] = {
      {"{\"a\": [1,\n 2@", "#/a", "line 2, column 3: unexpected end of input; expected ']'"},
      {"{\"a\": [1,\n 2,@]}", "#/a",
       "line 2, column 4: unexpected ']'; expected '[', '{', or a literal"},
      {"[1 @2]", "#", "line 1, column 4: unexpected number literal; expected ']'"},
      {"[\"a\" \"bcd@\"]", "#", "line 1, column 10: unexpected string literal; expected ']'"},
      {"{\"a\"@}", "#", "line 1, column 5: unexpected '}'; expected ':'"},
      {"{\"a\":1,@}", "#", "line 1, column 8: unexpected '}'; expected string literal"},
      {"{@'a': 1}", "#", "line 1, column 2: invalid literal"},
      {"[tru@x]", "#", "line 1, column 5: invalid literal"},
      {"[\"\xc3@(\"]", "#", "line 1, column 4: invalid string: ill-formed UTF-8 byte"},
      {"[1] @x", "#", "line 1, column 5: invalid literal"},
      {"[1] @[", "#", "line 1, column 5: unexpected '['; expected end of input"},
      {"[1e999@9]", "#", "line 1, column 7: a number that no double can hold"},
  };
  std::size_t ran = 0;
  for (const auto& [marked, where, message] : cases) {
    std::string text = marked;
    const std::size_t offset = text.find('@');
    text.erase(offset, 1);
    CAPTURE(text);
    const auto done = read(text);
    REQUIRE_FALSE(done);
    CHECK(done.error() ==
          Error{Errc::malformed_json, std::string("not JSON: ") + message, where, offset});
    ++ran;
  }
  CHECK(ran == 12);
}

TEST_CASE("an empty text and a web page are named as what they are") {
  CHECK(read("").error() == Error{Errc::malformed_json, "not JSON: the text is empty", "#", 0});
  CHECK(read(" \r\n\t").error().message == "not JSON: the text is empty");
  CHECK(read(" \r\n\t").error().offset == 4);
  CHECK(read(" <!DOCTYPE html><html>").error() ==
        Error{Errc::malformed_json, "not JSON: this looks like a web page; fetch the file itself",
              "#", 1});
}

TEST_CASE("what is not UTF-8 text is told with its remedy") {
  using namespace std::string_view_literals;
  std::size_t utf16 = 0;
  for (const std::string_view text : {"\xff\xfe{\0}\0"sv, "\xfe\xff\0{\0}"sv, "{\0}\0"sv,
                                      "\0{\0}"sv, "\xff\xfe"sv, "\xff\xfe\0\0{\0\0\0"sv}) {
    const Error error = read(text).error();
    CHECK(error.code == Errc::malformed_json);
    CHECK(error.message.starts_with("the text is UTF-16, not UTF-8"));
    CHECK(error.message.find("Out-File -Encoding utf8") != std::string::npos);
    CHECK(error.offset == 0);
    ++utf16;
  }
  CHECK(utf16 == 6);
  CHECK(read("\x1f\x8b\x08\0\0"sv).error().message.starts_with("the text is packed with gzip"));
}

TEST_CASE("a zero byte anywhere is refused, also where nlohmann_json stops reading") {
  using namespace std::string_view_literals;
  struct Case {
    std::string_view text;
    std::size_t offset;
  };
  const Case cases[] = {{"[1]\0"sv, 3},      {"[1]\0garbage"sv, 3}, {"[1]\0\0\0\0"sv, 3},
                        {"[\0]"sv, 1},       {"[\"a\0b\"]"sv, 3},   {"123\0"sv, 3},
                        {"[1] \0 [2]"sv, 4}, {"{\"a\":1}\0"sv, 7}};
  std::size_t ran = 0;
  for (const auto& [text, offset] : cases) {
    const Error error = read(text).error();
    CHECK(error.code == Errc::malformed_json);
    if (offset != 1) {
      CHECK(error.message == "there is a zero byte in the text; the file is damaged");
      CHECK(error.offset == offset);
    }
    ++ran;
  }
  CHECK(ran == 8);
}

TEST_CASE("a key given twice is refused at its second place") {
  CHECK(read(R"({"x": {"a": 1, "b": {"a": 2}, "a": 3}})").error() ==
        Error{Errc::malformed_json, "this key is already in the object", "#/x/a", 30});
  CHECK(read(R"({"a":1,"\u0061":2})").error().offset == 7);
  CHECK(read(R"({"a":1,"A":2})"));
}

TEST_CASE("limits hold to the last one allowed") {
  CHECK(read("[[[[[[[[]]]]]]]]"));
  CHECK(read("[[[[[[[[[]]]]]]]]]").error() ==
        Error{Errc::limit_exceeded, "arrays and objects are nested deeper than the limit of 8",
              "#/0/0/0/0/0/0/0/0", 8});
  const std::string longest = "\"" + std::string(40, 'x') + "\"";
  const std::string too_long = "\"" + std::string(41, 'x') + "\"";
  CHECK(read("[" + longest + "]"));
  CHECK(read("{" + longest + ":1}"));
  CHECK(read("[1, " + too_long + "]").error() ==
        Error{Errc::limit_exceeded, "a string of 41 bytes, more than the limit of 40", "#/1", 4});
  CHECK(read("{" + too_long + ":1}").error().code == Errc::limit_exceeded);

  std::string members = "{\"0\":0";
  for (int i = 1; i < 20; ++i) members += ",\"" + std::to_string(i) + "\":0";
  CHECK(read(members + "}"));
  CHECK(read(members + ",\"more\":0}").error() ==
        Error{Errc::limit_exceeded, "an object has more members than the limit of 20", "#/more",
              members.size() + 1});
}

TEST_CASE("hostile texts are refused soon") {
  const auto begin = std::chrono::steady_clock::now();
  CHECK(read(std::string(200'000, '[')).error().code == Errc::limit_exceeded);
  std::string objects;
  for (int i = 0; i < 200'000; ++i) objects += "{\"a\":";
  CHECK(read(objects).error().code == Errc::limit_exceeded);
  CHECK(read("[" + std::string(8'000'001, '\n')).error().code == Errc::limit_exceeded);
  CHECK(read("[" + std::string(1'000'000, '1')).error().code == Errc::malformed_json);
  CHECK(read("\"" + std::string(1'000'000, '\\')).error().code == Errc::malformed_json);
  // Many members, all of one length: nothing may compare each with each.
  constexpr std::size_t kMembers = 300'000;
  std::string members = "{";
  for (std::size_t i = 0; i < kMembers; ++i) {
    members += '"';
    members += std::to_string(1'000'000 + i);
    members += "\":0,";
  }
  members += "\"last\":0}";
  CHECK(read(members, {8, 40, kMembers + 1}));
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(20));
}
