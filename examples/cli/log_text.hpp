// Where in a line of a log an address is written.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace servicetags::cli {

enum class LogFormat : std::uint8_t { csv, tsv, jsonl, text };

/// One CSV or TSV record at the front of a text.
struct LogRecord {
  std::string_view text;  ///< without its line end
  std::string_view end;   ///< "\n", "\r\n" or, at the end of all, ""
  std::string_view
      field;  ///< the wanted column's, without quotes and blanks around it; may be empty
};
LogRecord read_record(std::string_view text, LogFormat format, std::size_t column);

/// The columns of a record, without quotes.
std::vector<std::string> columns_of(std::string_view record, LogFormat format);

/// A value of a JSON object on one line, and where members may be added to the object.
struct JsonPlace {
  std::string_view text;  ///< of the string at the path; empty when there is none
  std::size_t insert_at = std::string_view::npos;  ///< npos when the line is no object
  bool is_empty = false;                           ///< the object has no members
};
/// A path goes through objects, by their keys as they are written. Strings with escapes are
/// no addresses, and so not understood.
JsonPlace find_json_text(std::string_view line, const std::vector<std::string>& path);

/// What looks like an address in free text; npos when nothing does.
struct AddressPlace {
  std::size_t begin = std::string_view::npos;
  std::size_t end = std::string_view::npos;
};
/// The first from `from` on: no part of a word, without a port or a full stop behind it.
AddressPlace find_address_text(std::string_view text, std::size_t from);

}  // namespace servicetags::cli
