// Reads strict JSON (RFC 8259) as a stream of events. The only door to nlohmann_json,
// with what it lets through closed: text after a zero byte, repeated keys, endless depth.
// Tested by: tests/unit/json_reader_test.cpp, tests/unit/json_suite_test.cpp
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "json/path.hpp"
#include "servicetags/result.hpp"

namespace servicetags::json {

enum class Kind : std::uint8_t { null, boolean, number, string, array, object };

/// "null", "true or false", "a number", "a string", "an array", "an object".
std::string_view describe(Kind kind) noexcept;

/// A value that is neither array nor object.
struct Scalar {
  Kind kind;
  std::string_view text;               ///< of a string, unescaped; "true" or "false"; for the
                                       ///< event's time only
  std::optional<std::uint64_t> whole;  ///< of a number, when it is written as 0, 1, ... 2^64-1
};

/// Why a client refuses an event. Without a place, it is the event at hand.
struct Refusal {
  Errc code;
  std::string message;
  std::optional<Place> place;
};
using Verdict = std::optional<Refusal>;
inline constexpr std::nullopt_t kGoOn = std::nullopt;

/// Who is told. The first refusal ends the reading.
class Events {
 public:
  virtual ~Events() = default;
  virtual Verdict on_key(std::string_view key, const Path& path) = 0;
  virtual Verdict on_scalar(const Scalar& scalar, const Path& path) = 0;
  virtual Verdict on_begin(Kind array_or_object, const Path& path) = 0;
  virtual Verdict on_end(const Path& path) = 0;
};

struct Limits {
  std::size_t max_depth;    ///< of nested arrays and objects
  std::size_t max_string;   ///< bytes in one string or key, unescaped
  std::size_t max_members;  ///< in one object
};

/// Line breaks, tabs and other control bytes in one text. Not for taste: nlohmann_json
/// writes each as eight bytes into an error message, several times over.
inline constexpr std::size_t kMaxControlBytes = 8'000'000;

/// Reads one text, with or without a byte order mark.
///
/// Errors: malformed_json, limit_exceeded, and the client's. `where` is the pointer of
///         the value, or for malformed_json of the array or object around it; `offset`
///         the value's first byte, or the byte at which the text stopped being JSON: the
///         wrong byte, the last byte of an unexpected word, the end of a text cut short.
Result<void> read(std::string_view text, const Limits& limits, Events& events);

}  // namespace servicetags::json
