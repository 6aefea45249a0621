#include "line_reader.hpp"

#include <unistd.h>

#include <cerrno>

namespace servicetags::cli {

std::optional<std::string_view> LineReader::next() {
  constexpr std::size_t kPiece = 1U << 18U;
  std::size_t searched = at_;
  while (true) {
    const auto end = buffer_.find('\n', searched);
    if (end != std::string::npos) {
      const std::string_view line = std::string_view(buffer_).substr(at_, end - at_);
      at_ = end + 1;
      return line;
    }
    if (ended_) break;
    buffer_.erase(0, at_);
    at_ = 0;
    searched = buffer_.size();
    buffer_.resize(searched + kPiece);
    ssize_t count = 0;
    do {
      count = ::read(STDIN_FILENO, buffer_.data() + searched, kPiece);
    } while (count < 0 && errno == EINTR);
    buffer_.resize(searched + static_cast<std::size_t>(count > 0 ? count : 0));
    ended_ = count <= 0;
  }
  if (at_ == buffer_.size()) return std::nullopt;
  const std::string_view line = std::string_view(buffer_).substr(at_);
  at_ = buffer_.size();
  return line;
}

}  // namespace servicetags::cli
