// Standard input line by line, in large reads.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace servicetags::cli {

class LineReader {
 public:
  /// The next line without its \n; absent at the end. Valid until the next call.
  std::optional<std::string_view> next();
  /// Whether next() would have to wait for input: time to show what there is.
  [[nodiscard]] bool is_drained() const noexcept {
    return buffer_.find('\n', at_) == std::string::npos;
  }
  /// The errno that ended the input early; 0 when it was read to its end.
  [[nodiscard]] int error() const noexcept { return error_; }

 private:
  void read_more();

  std::string buffer_;
  std::size_t at_ = 0;
  int error_ = 0;
  bool ended_ = false;
};

}  // namespace servicetags::cli
