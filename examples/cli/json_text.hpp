// JSON as text: small enough to write by hand, and it never throws on odd bytes.
#pragma once

#include <string>
#include <string_view>

namespace servicetags::cli {

/// A string with its quotes. Bytes that are not UTF-8 become U+FFFD.
std::string json_quoted(std::string_view text);

/// Objects and arrays, item by item: `JsonObject().add("a", json).text()`.
class JsonObject {
 public:
  /// `json` is JSON already.
  JsonObject& add(std::string_view key, std::string_view json);
  JsonObject& add_text(std::string_view key, std::string_view text) {
    return add(key, json_quoted(text));
  }
  [[nodiscard]] std::string text() const { return text_ + "}"; }

 private:
  std::string text_ = "{";
};

class JsonArray {
 public:
  JsonArray& add(std::string_view json);
  JsonArray& add_text(std::string_view text) { return add(json_quoted(text)); }
  [[nodiscard]] std::string text() const { return text_ + "]"; }

 private:
  std::string text_ = "[";
};

}  // namespace servicetags::cli
