#include "json/path.hpp"

#include <doctest/doctest.h>

using namespace servicetags;
using json::offset_of;
using json::Path;

TEST_CASE("the pointer of the whole text is a bare #") {
  Path path;
  CHECK(path.pointer() == "#");
  CHECK(path.container() == "#");
  path.on_scalar();
  CHECK(path.pointer() == "#");
  CHECK(path.here().event == 0);
}

TEST_CASE("the pointer follows members and elements, in and out") {
  Path path;  // {"a": [1, {"b": 2}], "c": 3}
  path.on_begin();
  path.enter(false);
  CHECK(path.pointer() == "#");
  path.on_key("a");
  CHECK(path.pointer() == "#/a");
  path.on_begin();
  path.enter(true);
  CHECK(path.pointer() == "#/a");
  path.on_scalar();
  CHECK(path.pointer() == "#/a/0");
  CHECK(path.container() == "#/a");
  path.on_begin();
  CHECK(path.pointer() == "#/a/1");
  path.enter(false);
  path.on_key("b");
  path.on_scalar();
  CHECK(path.pointer() == "#/a/1/b");
  CHECK(path.container() == "#/a/1");
  CHECK(path.depth() == 3);
  path.on_end();
  CHECK(path.pointer() == "#/a/1");
  CHECK(path.here().event == 4);  // of its '{'
  path.on_end();
  CHECK(path.pointer() == "#/a");
  CHECK(path.here().event == 2);
  path.on_key("c");
  path.on_scalar();
  CHECK(path.pointer() == "#/c");
  CHECK(path.here().event == 10);
  CHECK(path.members() == 2);
  path.on_end();
  CHECK(path.pointer() == "#");
  CHECK(path.here().event == 0);
  CHECK(path.depth() == 0);
}

TEST_CASE("keys are escaped as RFC 6901 says, so that they are safe to print") {
  struct Case {
    std::string key;
    std::string pointer;
  };
  const Case cases[] = {
      {"", "#/"},
      {"a/b", "#/a~1b"},
      {"m~n", "#/m~0n"},
      {"~1", "#/~01"},
      {"c%d", "#/c%25d"},
      {"e^f", "#/e%5Ef"},
      {"g|h", "#/g%7Ch"},
      {"i\\j", "#/i%5Cj"},
      {"k\"l", "#/k%22l"},
      {" ", "#/%20"},
      {"#", "#/%23"},
      {"\x1b[31m\n", "#/%1B%5B31m%0A"},
      {"\xc3\xa9", "#/%C3%A9"},
      {"systemService-._!$&'()*+,;=:@?", "#/systemService-._!$&'()*+,;=:@?"},
      {std::string(100, 'x'), "#/" + std::string(100, 'x')},
      {std::string(101, 'x'), "#/" + std::string(100, 'x') + "..."},
  };
  std::size_t ran = 0;
  for (const auto& [key, pointer] : cases) {
    Path path;
    path.on_begin();
    path.enter(false);
    path.on_key(key);
    CHECK(path.pointer() == pointer);
    ++ran;
  }
  CHECK(ran == 16);
}

TEST_CASE("a repeated key is found among few and among many, in its own object only") {
  for (const std::size_t count : {2U, 3U, 16U, 17U, 18U, 1'000U}) {
    for (const std::size_t again : {std::size_t{0}, (count - 1) / 2, count - 2}) {
      CAPTURE(count);
      CAPTURE(again);
      Path path;
      path.on_begin();
      path.enter(false);
      path.on_key("outer");
      path.on_begin();
      path.enter(false);
      for (std::size_t i = 0; i + 1 < count; ++i) {
        path.on_key("key" + std::to_string(i));
        path.on_scalar();
      }
      path.on_key("outer");
      path.on_scalar();
      CHECK_FALSE(path.repeated_key());
      path.on_key("key" + std::to_string(again));
      path.on_scalar();
      const auto repeat = path.repeated_key();
      REQUIRE(repeat);
      CHECK(repeat->pointer == "#/outer/key" + std::to_string(again));
      CHECK(repeat->event == 3 + 2 * count);
      path.on_end();
      CHECK_FALSE(path.repeated_key());
    }
  }
}

TEST_CASE("keys are the same only when all their bytes are") {
  Path path;
  path.on_begin();
  path.enter(false);
  for (const char* key : {"a", "A", "", "aa", "a "}) {
    path.on_key(key);
    path.on_scalar();
  }
  CHECK_FALSE(path.repeated_key());
  path.on_key("");
  CHECK(path.repeated_key()->pointer == "#/");
}

TEST_CASE("an event's number gives its first byte") {
  // Each '@' marks the first byte of one event, in order, and is not part of the text.
  const std::string marked[] = {
      "@1",
      " \r\n\t@-1.5e+3 ",
      "@{@}",
      "@[@]@[",
      R"(@{@"a": @[@1,@2 , @"x,]}: \" \\"@],@"b\"c":@{@}@ })",
      R"(@[@true,@false ,@null,@"\\",@"",@0])",
      "\xef\xbb\xbf @[@12\n]",
      R"(@[@[@[@]@]@])",
      R"(@{@"\u00e9\\\"": @"\"", @"k":@[ @{@"l" : @null@ }@ ]@})",
  };
  std::size_t events = 0;
  for (const std::string& line : marked) {
    std::string text;
    std::vector<std::size_t> offsets;
    for (const char c : line) {
      if (c == '@') {
        offsets.push_back(text.size());
      } else {
        text += c;
      }
    }
    CAPTURE(text);
    for (std::size_t event = 0; event < offsets.size(); ++event, ++events) {
      // A mark before blanks stands for the bracket after them.
      const std::size_t expected = text.find_first_not_of(' ', offsets[event]);
      CHECK(offset_of(text, event) == std::min(expected, text.size()));
    }
  }
  CHECK(events == 44);
}

TEST_CASE("an event beyond the text is its end") {
  CHECK(offset_of("", 0) == 0);
  CHECK(offset_of("[1]", 9) == 3);
  CHECK(offset_of("\"open", 1) == 5);
  CHECK(offset_of("\"open\\", 1) == 6);
}
