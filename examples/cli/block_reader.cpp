#include "block_reader.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <new>
#include <string_view>
#include <utility>

namespace servicetags::cli {
namespace {

constexpr std::size_t kBlock = std::size_t{1} << 18U;
constexpr std::size_t kLongestLine = std::size_t{64} << 20U;

bool looks_packed(std::string_view bytes) { return bytes.starts_with("\x1f\x8b"); }

}  // namespace

/// zlib's state, over all members of a file.
struct BlockReader::Unpacker {
  Unpacker() {
    constexpr int kGzipOnly = 15 + 16;
    if (inflateInit2(&stream, kGzipOnly) != Z_OK) throw std::bad_alloc();
  }
  ~Unpacker() { inflateEnd(&stream); }
  Unpacker(const Unpacker&) = delete;
  Unpacker& operator=(const Unpacker&) = delete;

  z_stream stream{};
  bool is_between_members = true;
};

Result<std::unique_ptr<BlockReader>> BlockReader::open(const std::string& path, Quotes quotes) {
  const bool is_stdin = path == "-";
  const int file = is_stdin ? STDIN_FILENO : ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) {
    return Error{
        Errc::io_failed, std::string("cannot be opened: ") + std::strerror(errno), path, {}};
  }
  return std::unique_ptr<BlockReader>(
      new BlockReader(file, is_stdin ? "standard input" : path, quotes));
}

BlockReader::BlockReader(int file, std::string path, Quotes quotes)
    : file_(file), path_(std::move(path)), quotes_(quotes), raw_(kBlock, '\0') {
  struct stat status {};
  if (::fstat(file, &status) == 0 && S_ISREG(status.st_mode)) {
    total_bytes_ = static_cast<std::uint64_t>(status.st_size);
  }
}

BlockReader::~BlockReader() {
  if (file_ != STDIN_FILENO) ::close(file_);
}

Error BlockReader::io_error() const {
  return {Errc::io_failed, std::string("cannot be read: ") + std::strerror(errno), path_, {}};
}

Result<std::size_t> BlockReader::read_raw(char* to, std::size_t size) {
  ssize_t count = 0;
  do {
    count = ::read(file_, to, size);
  } while (count < 0 && errno == EINTR);
  if (count < 0) return io_error();
  bytes_read_ += static_cast<std::uint64_t>(count);
  return static_cast<std::size_t>(count);
}

bool BlockReader::has_more_ready() const {
  pollfd waiting{file_, POLLIN, 0};
  return ::poll(&waiting, 1, 0) > 0;
}

Result<bool> BlockReader::next(std::string& block) {
  while (true) {
    const bool is_enough = text_.size() >= kBlock || ended_ || !has_more_ready();
    if (is_enough && (lines_end_ > 0 || ended_)) break;
    if (text_.size() > kLongestLine && lines_end_ == 0) {
      return Error{Errc::limit_exceeded, "a line is longer than 64 MiB", path_, {}};
    }
    if (auto read = read_more(); !read) return std::move(read).error();
    find_line_end();
  }
  const std::size_t size = ended_ ? text_.size() : lines_end_;
  block.assign(text_, size);  // what is left, which is little
  text_.resize(size);
  block.swap(text_);
  searched_ -= std::min(searched_, size);
  closed_at_ = closed_at_ && *closed_at_ >= size ? std::optional(*closed_at_ - size) : std::nullopt;
  lines_end_ = 0;
  return size > 0;
}

Result<void> BlockReader::read_more() {
  auto count = read_raw(raw_.data(), raw_.size());
  if (count && *count == 1 && !started_) {  // one byte does not tell whether it is gzip
    auto second = read_raw(raw_.data() + 1, 1);
    if (!second) return std::move(second).error();
    *count += *second;
  }
  if (!count) return std::move(count).error();
  if (!std::exchange(started_, true) && looks_packed({raw_.data(), *count})) {
    unpacker_ = std::make_unique<Unpacker>();
  }
  ended_ = *count == 0;
  if (unpacker_) return unpack(raw_.data(), *count);
  text_.append(raw_.data(), *count);
  return {};
}

Result<void> BlockReader::unpack(const char* from, std::size_t size) {
  z_stream& stream = unpacker_->stream;
  if (size == 0 && !unpacker_->is_between_members) {
    return Error{Errc::io_failed, "the gzip data is cut short", path_, {}};
  }
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(from));
  stream.avail_in = static_cast<uInt>(size);
  while (stream.avail_in > 0) {
    const std::size_t filled = text_.size();
    text_.resize(filled + kBlock);
    stream.next_out = reinterpret_cast<Bytef*>(text_.data() + filled);
    stream.avail_out = static_cast<uInt>(kBlock);
    const int verdict = ::inflate(&stream, Z_NO_FLUSH);
    text_.resize(filled + kBlock - stream.avail_out);
    unpacker_->is_between_members = verdict == Z_STREAM_END;
    if (verdict == Z_STREAM_END) {
      inflateReset(&stream);
    } else if (verdict != Z_OK && verdict != Z_BUF_ERROR) {
      const char* const why = stream.msg != nullptr ? stream.msg : "unknown damage";
      return Error{Errc::io_failed, std::string("the gzip data is damaged: ") + why, path_, {}};
    }
  }
  return {};
}

/// Moves on over what has come, keeping where the last whole line ends.
void BlockReader::find_line_end() {
  while (searched_ < text_.size()) {
    const std::string_view left = std::string_view(text_).substr(searched_);
    const std::size_t quote = quotes_ == Quotes::is_text ? left.find('"') : std::string_view::npos;
    const std::string_view plain = left.substr(0, quote);
    if (!in_quotes_) {
      const std::size_t newline = plain.rfind('\n');
      if (newline != std::string_view::npos) lines_end_ = searched_ + newline + 1;
    }
    searched_ += plain.size();
    if (quote != std::string_view::npos) pass_quote();
  }
}

/// Quotes open a field only where it begins, and again where they were just closed, being
/// written twice: a single one inside of a field is any other byte.
void BlockReader::pass_quote() {
  const char before = searched_ == 0 ? '\n' : text_[searched_ - 1];
  if (in_quotes_) {
    in_quotes_ = false;
    closed_at_ = searched_;
  } else {
    const bool is_double = searched_ > 0 && closed_at_ == searched_ - 1;
    in_quotes_ = is_double || before == ',' || before == '\n';
  }
  ++searched_;
}

}  // namespace servicetags::cli
