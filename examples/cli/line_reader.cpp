#include "line_reader.hpp"

#include <unistd.h>

#include <cerrno>

namespace servicetags::cli {

/// Appends what there is, after what next() has not given out yet.
void LineReader::read_more() {
  constexpr std::size_t kPiece = 1U << 18U;
  buffer_.erase(0, at_);
  at_ = 0;
  const std::size_t kept = buffer_.size();
  buffer_.resize(kept + kPiece);
  ssize_t count = 0;
  do {
    count = ::read(STDIN_FILENO, buffer_.data() + kept, kPiece);
  } while (count < 0 && errno == EINTR);
  if (count < 0) error_ = errno;
  buffer_.resize(kept + static_cast<std::size_t>(count > 0 ? count : 0));
  ended_ = count <= 0;
}

std::optional<std::string_view> LineReader::next() {
  std::size_t searched = at_;
  while (true) {
    const auto end = buffer_.find('\n', searched);
    if (end != std::string::npos) {
      const std::string_view line = std::string_view(buffer_).substr(at_, end - at_);
      at_ = end + 1;
      return line;
    }
    if (ended_) break;
    searched = buffer_.size() - at_;
    read_more();
  }
  if (at_ == buffer_.size()) return std::nullopt;
  const std::string_view line = std::string_view(buffer_).substr(at_);
  at_ = buffer_.size();
  return line;
}

}  // namespace servicetags::cli
