// Tested by: tests/unit/gzip_test.cpp
#include "support/gzip.hpp"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <limits>
#include <new>

#include "support/ascii.hpp"

namespace servicetags::gzip {
namespace {

constexpr int kGzipOnly = 15 + 16;  // largest window; a gzip header, not zlib's

/// zlib's state for one member after another.
class Inflater {
 public:
  explicit Inflater(std::string_view packed) : left_(packed), size_(packed.size()) {
    if (inflateInit2(&stream_, kGzipOnly) != Z_OK) throw std::bad_alloc();
  }
  ~Inflater() { inflateEnd(&stream_); }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  /// Unpacks into the buffer; gives zlib's verdict and the bytes written.
  int fill(std::array<char, 65'536>& buffer, std::size_t& written) {
    constexpr std::size_t kMost = std::numeric_limits<uInt>::max();
    const auto given = static_cast<uInt>(std::min(left_.size(), kMost));
    // zlib's interface predates const; it does not write to its input.
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(left_.data()));
    stream_.avail_in = given;
    stream_.next_out = reinterpret_cast<Bytef*>(buffer.data());
    stream_.avail_out = static_cast<uInt>(buffer.size());
    const int verdict = inflate(&stream_, Z_NO_FLUSH);
    left_.remove_prefix(given - stream_.avail_in);
    written = buffer.size() - stream_.avail_out;
    if (verdict == Z_MEM_ERROR) throw std::bad_alloc();
    return verdict;
  }

  void next_member() { inflateReset(&stream_); }
  [[nodiscard]] std::string_view left() const noexcept { return left_; }
  [[nodiscard]] std::size_t offset() const noexcept { return size_ - left_.size(); }
  [[nodiscard]] std::string_view complaint() const noexcept {
    return stream_.msg != nullptr ? stream_.msg : "unknown damage";
  }

 private:
  z_stream stream_{};
  std::string_view left_;
  std::size_t size_;
};

Error failed(Errc code, std::string message, const Inflater& inflater) {
  return {code, std::move(message), {}, inflater.offset()};
}

}  // namespace

bool looks_packed(std::string_view bytes) noexcept { return bytes.starts_with("\x1f\x8b"); }

Result<std::string> unpack(std::string_view packed, std::size_t max_bytes) {
  Inflater inflater(packed);
  std::string content;
  std::array<char, 65'536> buffer;
  for (;;) {
    std::size_t written = 0;
    const int verdict = inflater.fill(buffer, written);
    if (written > max_bytes - content.size()) {
      return failed(
          Errc::limit_exceeded,
          "the gzip content is larger than the limit of " + std::to_string(max_bytes) + " bytes",
          inflater);
    }
    content.append(buffer.data(), written);
    if (verdict == Z_STREAM_END) {
      if (inflater.left().empty()) return content;
      if (!looks_packed(inflater.left())) {
        return failed(Errc::io_failed, "there is something after the end of the gzip data",
                      inflater);
      }
      inflater.next_member();
    } else if (verdict == Z_BUF_ERROR) {  // no input left to go on with
      return failed(Errc::io_failed, "the gzip data is cut short; fetch the file again", inflater);
    } else if (verdict != Z_OK) {
      return failed(Errc::io_failed,
                    "the gzip data is damaged (" + std::string(inflater.complaint()) +
                        "); fetch the file again",
                    inflater);
    }
  }
}

}  // namespace servicetags::gzip
