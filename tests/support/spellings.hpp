// Reads tests/data/address_spellings.csv, and asks the library what it makes of a text.
#pragma once

#include <cstddef>
#include <fstream>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "servicetags/prefix.hpp"

namespace servicetags::testing {

struct Spelling {
  std::string text;
  std::string kind;       ///< "address", "prefix" or "range"
  std::string verdict;    ///< "ok" or "error"
  std::string canonical;  ///< of "ok"
  std::string code;       ///< of "error"
  std::size_t line = 0;
};

/// The bytes that a text in the table stands for.
inline std::string unescape(std::string_view escaped) {
  std::string bytes;
  for (std::size_t i = 0; i < escaped.size(); ++i) {
    if (escaped[i] != '\\') {
      bytes += escaped[i];
      continue;
    }
    switch (++i < escaped.size() ? escaped[i] : '\0') {
      case '\\': bytes += '\\'; break;
      case 't': bytes += '\t'; break;
      case 'n': bytes += '\n'; break;
      case 'r': bytes += '\r'; break;
      case 'x':
        bytes += static_cast<char>(std::stoi(std::string(escaped.substr(i + 1, 2)), nullptr, 16));
        i += 2;
        break;
      default: throw std::runtime_error("unknown escape in: " + std::string(escaped));
    }
  }
  return bytes;
}

inline std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts(1);
  for (const char c : text) {
    if (c == separator) {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

/// Every row, in order.
inline std::vector<Spelling> read_spellings(const std::string& path) {
  std::ifstream file(path);
  std::vector<Spelling> spellings;
  bool header_seen = false;
  std::string line;
  for (std::size_t number = 1; std::getline(file, line); ++number) {
    if (line.empty() || line.front() == '#') continue;
    const std::vector<std::string> cells = split(line, ',');
    if (cells.size() != 5) throw std::runtime_error(path + ":" + std::to_string(number));
    if (header_seen) {
      spellings.push_back({unescape(cells[0]), cells[1], cells[2], cells[3], cells[4], number});
    }
    header_seen = true;
  }
  return spellings;
}

/// What the library makes of `text`: exactly one of the two is there.
struct Verdict {
  std::optional<std::string> canonical;
  std::optional<Error> error;
};

template <typename T>
Verdict verdict_of(const Result<T>& result) {
  if (result) return {to_string(*result), std::nullopt};
  return {std::nullopt, result.error()};
}

/// `text` is copied to just as many bytes, so that ASan sees any reading past its end.
inline Verdict ask(std::string_view kind, std::string_view given) {
  const std::vector<char> bytes(given.begin(), given.end());
  const std::string_view text(bytes.data(), bytes.size());
  if (kind == "address") return verdict_of(parse_address(text));
  if (kind == "prefix") return verdict_of(parse_prefix(text));
  if (kind == "range") return verdict_of(parse_range(text));
  throw std::runtime_error("unknown kind: " + std::string(kind));
}

}  // namespace servicetags::testing
