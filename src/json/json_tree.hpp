// Small JSON documents as a tree: profiles, firewall listings. Service tag files are
// read as events, without one.
// Tested by: tests/unit/json_tree_test.cpp
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "json/json_reader.hpp"

namespace servicetags::json {

/// One value with its place in the text. A plain value.
struct Value {
  Kind kind = Kind::null;
  std::string text;                    ///< of a string; "true" or "false"
  std::optional<std::uint64_t> whole;  ///< of a number, when it is one
  std::vector<Value> items;            ///< of an array; of an object, its members' values
  std::vector<std::string> keys;       ///< of an object: one for each item
  Place place;

  /// The member of this key; null when there is none, or when this is no object.
  [[nodiscard]] const Value* find(std::string_view key) const noexcept;
  [[nodiscard]] bool is(Kind wanted) const noexcept { return kind == wanted; }
};

/// Reads a whole text into a tree.
/// Errors: those of json::read().
Result<Value> read_tree(std::string_view text, const Limits& limits);

/// An error about a value of a tree: its pointer, and its byte in the text it came from.
Error error_at(Errc code, std::string message, const Value& value, std::string_view text);

}  // namespace servicetags::json
