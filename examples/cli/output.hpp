// Standard output in the formats that all commands share.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace servicetags::cli {

enum class Format : std::uint8_t { table, json, jsonl, csv, tsv, plain };

using Row = std::vector<std::string>;

/// Collects text and writes it in large pieces. A closed pipe ends the program quietly,
/// by SIGPIPE; any other failed write is told by finish().
class Output {
 public:
  void write(std::string_view text) {
    if (text.size() >= kPiece) return write_at_once(text);
    buffer_ += text;
    if (buffer_.size() >= kPiece) flush();
  }
  void line(std::string_view text) {
    buffer_ += text;
    write("\n");
  }
  void flush();
  /// Whether something could not be written, so that more would be in vain.
  [[nodiscard]] bool has_failed() const noexcept { return failed_; }
  /// Writes what is left; false when anything could not be written.
  bool finish();

 private:
  static constexpr std::size_t kPiece = 65'536;

  void write_at_once(std::string_view text);

  std::string buffer_;
  bool failed_ = false;
};

/// One row of CSV (RFC 4180, with \n) or of TSV (tab, newline, return and backslash as
/// \t, \n, \r and \\). REQUIRES Format::csv or Format::tsv.
std::string separated(Format format, const Row& cells);

/// Rows as columns for people, under a header; control bytes are shown as '?'.
std::string table(const Row& header, const std::vector<Row>& rows);

/// Control bytes, and those of C1 (U+0080 to U+009F), as '?': fit for a terminal.
std::string printable(std::string_view text);

/// The same of many lines, each ended.
std::string printable_lines(std::string_view text);

/// Standard error, after what was written so far: "servicetags: TEXT" on one line.
void tell(Output& out, std::string_view text);

}  // namespace servicetags::cli
