// Tested by: tests/unit/json_reader_test.cpp, tests/unit/json_suite_test.cpp
#include "json/json_reader.hpp"

#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

#include "support/ascii.hpp"

namespace servicetags::json {
namespace {

constexpr std::string_view kUtf8Mark = "\xef\xbb\xbf";

std::optional<Error> check_encoding(std::string_view text) {
  using namespace std::string_view_literals;
  const auto malformed = [](std::string message, std::size_t offset) {
    return Error{Errc::malformed_json, std::move(message), "#", offset};
  };
  const bool marked = text.starts_with("\xff\xfe"sv) || text.starts_with("\xfe\xff"sv);
  const bool alternating = text.size() > 1 && (text[0] == '\0') != (text[1] == '\0');
  if (marked || alternating) {
    return malformed(
        "the text is UTF-16, not UTF-8; from PowerShell, write it with "
        "`... | Out-File -Encoding utf8 FILE`",
        0);
  }
  if (text.starts_with("\x1f\x8b"sv)) {
    return malformed("the text is packed with gzip; unpack it first", 0);
  }
  if (const auto zero = text.find('\0'); zero != std::string_view::npos) {
    return malformed("there is a zero byte in the text; the file is damaged", zero);
  }
  const auto controls = std::count_if(text.begin(), text.end(),
                                      [](char c) { return static_cast<unsigned char>(c) < 0x20; });
  if (static_cast<std::size_t>(controls) > kMaxControlBytes) {
    return Error{Errc::limit_exceeded,
                 "the text has " + std::to_string(controls) +
                     " line breaks and other control bytes, more than the limit of " +
                     std::to_string(kMaxControlBytes),
                 "#",
                 {}};
  }
  return std::nullopt;
}

/// What nlohmann_json says after its position and before it echoes the input.
std::string reason_in(std::string_view what) {
  if (const auto dash = what.find(" - "); dash != std::string_view::npos) {
    what.remove_prefix(dash + 3);
  } else if (const auto bracket = what.find("] "); bracket != std::string_view::npos) {
    what.remove_prefix(bracket + 2);
  }
  const std::string_view reason = what.substr(0, what.find("; last read"));
  if (reason.starts_with("number overflow")) return "a number that no double can hold";
  return std::string(reason);
}

std::string line_and_column(std::string_view before) {
  const auto line = std::count(before.begin(), before.end(), '\n') + 1;
  const auto last_break = before.rfind('\n');
  const std::size_t column =
      last_break == std::string_view::npos ? before.size() + 1 : before.size() - last_break;
  return "line " + std::to_string(line) + ", column " + std::to_string(column);
}

Error syntax_error(std::string_view text, std::size_t offset, std::string_view what,
                   const Path& path) {
  offset = std::min(offset, text.size());
  const auto first = text.find_first_not_of(" \t\r\n", text.starts_with(kUtf8Mark) ? 3 : 0);
  std::string message = "not JSON: ";
  if (first == std::string_view::npos) {
    message += "the text is empty";
  } else if (text[first] == '<') {
    message += "this looks like a web page; fetch the file itself";
  } else {
    message += line_and_column(text.substr(0, offset)) + ": " + reason_in(what);
  }
  return {Errc::malformed_json, std::move(message), path.container(), offset};
}

/// What nlohmann_json calls; checks, and passes on. All functions: false stops.
class Adapter {
 public:
  Adapter(std::string_view text, const Limits& limits, Events& events) noexcept
      : text_(text), limits_(limits), events_(events) {}

  bool null() { return scalar({Kind::null, {}, {}}); }
  bool boolean(bool value) { return scalar({Kind::boolean, value ? "true" : "false", {}}); }
  bool number_integer(std::int64_t) { return scalar({Kind::number, {}, {}}); }
  bool number_unsigned(std::uint64_t value) { return scalar({Kind::number, {}, value}); }
  bool number_float(double, const std::string&) { return scalar({Kind::number, {}, {}}); }
  bool string(std::string& value) { return scalar({Kind::string, value, {}}); }
  bool binary(const nlohmann::json::binary_t&) { return false; }  // not in JSON
  bool key(std::string& value) {
    path_.on_key(value);
    if (value.size() > limits_.max_string) return too_long(value.size());
    if (path_.members() > limits_.max_members) return too_many_members();
    return pass(events_.on_key(value, path_));
  }
  bool start_object(std::size_t) { return begin(Kind::object); }
  bool start_array(std::size_t) { return begin(Kind::array); }
  bool end_object() {
    if (auto place = path_.repeated_key()) {
      return refuse({Errc::malformed_json, "this key is already in the object", std::move(place)});
    }
    return end();
  }
  bool end_array() { return end(); }
  bool parse_error(std::size_t bytes_read, const std::string&, const std::exception& reason) {
    error_ = syntax_error(text_, bytes_read == 0 ? 0 : bytes_read - 1, reason.what(), path_);
    return false;
  }

  [[nodiscard]] Error take_error() noexcept { return std::move(error_); }

 private:
  bool scalar(const Scalar& value) {
    path_.on_scalar();
    if (value.text.size() > limits_.max_string) return too_long(value.text.size());
    return pass(events_.on_scalar(value, path_));
  }

  bool begin(Kind kind) {
    path_.on_begin();
    if (path_.depth() >= limits_.max_depth) {
      return refuse({Errc::limit_exceeded,
                     "arrays and objects are nested deeper than the limit of " +
                         std::to_string(limits_.max_depth),
                     {}});
    }
    if (!pass(events_.on_begin(kind, path_))) return false;
    path_.enter(kind == Kind::array);
    return true;
  }

  bool end() {
    path_.on_end();
    return pass(events_.on_end(path_));
  }

  bool too_long(std::size_t size) {
    return refuse({Errc::limit_exceeded,
                   "a string of " + std::to_string(size) + " bytes, more than the limit of " +
                       std::to_string(limits_.max_string),
                   {}});
  }

  bool too_many_members() {
    return refuse(
        {Errc::limit_exceeded,
         "an object has more members than the limit of " + std::to_string(limits_.max_members),
         {}});
  }

  bool pass(Verdict verdict) { return !verdict || refuse(std::move(*verdict)); }

  bool refuse(Refusal refusal) {
    Place place = refusal.place ? std::move(*refusal.place) : path_.here();
    error_ = {refusal.code, std::move(refusal.message), std::move(place.pointer),
              offset_of(text_, place.event)};
    return false;
  }

  std::string_view text_;
  const Limits& limits_;
  Events& events_;
  Path path_;
  Error error_;
};

}  // namespace

std::string_view describe(Kind kind) noexcept {
  switch (kind) {
    case Kind::null: return "null";
    case Kind::boolean: return "true or false";
    case Kind::number: return "a number";
    case Kind::string: return "a string";
    case Kind::array: return "an array";
    case Kind::object: return "an object";
  }
  return "something else";
}

Result<void> read(std::string_view text, const Limits& limits, Events& events) {
  if (auto error = check_encoding(text)) return *std::move(error);
  Adapter adapter(text, limits, events);
  // Pointers, not the string_view itself: that way takes a slower input adapter.
  const char* const begin = text.data();
  const bool complete = nlohmann::json::sax_parse(begin, begin + text.size(), &adapter);
  if (complete) return {};
  return adapter.take_error();
}

}  // namespace servicetags::json
