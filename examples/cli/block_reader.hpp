// A file or standard input in large pieces that end where a line does, unpacked if packed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "servicetags/result.hpp"

namespace servicetags::cli {

class BlockReader {
 public:
  /// What a newline inside of double quotes is.
  enum class Quotes : std::uint8_t { ends_line, is_text };

  /// "-" is standard input. Errors: io_failed.
  static Result<std::unique_ptr<BlockReader>> open(const std::string& path, Quotes quotes);
  ~BlockReader();
  BlockReader(const BlockReader&) = delete;
  BlockReader& operator=(const BlockReader&) = delete;

  /// The next whole lines, about 256 KiB, or as many as a pipe has ready; the last one may be
  /// without its newline. False at the end.
  /// Errors: io_failed, also for damaged gzip; limit_exceeded for a line of more than 64 MiB.
  Result<bool> next(std::string& block);

  /// Of the file as it is stored; 0 when that is not known.
  [[nodiscard]] std::uint64_t total_bytes() const noexcept { return total_bytes_; }
  [[nodiscard]] std::uint64_t bytes_read() const noexcept { return bytes_read_; }

 private:
  struct Unpacker;

  BlockReader(int file, std::string path, Quotes quotes);
  Result<std::size_t> read_raw(char* to, std::size_t size);
  Result<void> read_more();
  Result<void> unpack(const char* from, std::size_t size);
  void find_line_end();
  void pass_quote();
  [[nodiscard]] bool has_more_ready() const;
  [[nodiscard]] Error io_error() const;

  int file_;
  std::string path_;
  Quotes quotes_;
  std::uint64_t total_bytes_ = 0;
  std::uint64_t bytes_read_ = 0;
  std::unique_ptr<Unpacker> unpacker_;
  std::string raw_;
  std::string text_;                      // lines not yet given out
  std::size_t searched_ = 0;              // of text_
  std::size_t lines_end_ = 0;             // of whole lines in text_
  bool in_quotes_ = false;                // at searched_
  std::optional<std::size_t> closed_at_;  // where quotes were last closed
  bool started_ = false;
  bool ended_ = false;
};

}  // namespace servicetags::cli
