// Tested by: tests/unit/file_test.cpp
#include "support/file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

#include "support/gzip.hpp"

namespace servicetags {
namespace {

class Descriptor {
 public:
  explicit Descriptor(int number) noexcept : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int number() const noexcept { return number_; }

 private:
  int number_;
};

Error failed(std::string what, int reason) {
  return {
      Errc::io_failed, std::move(what) + ": " + std::generic_category().message(reason), {}, {}};
}

Error too_large(std::size_t max_bytes) {
  return {Errc::limit_exceeded,
          "the file is larger than the limit of " + std::to_string(max_bytes) + " bytes",
          {},
          {}};
}

int open_for_reading(const std::string& path) noexcept {
  int number = -1;
  do {
    number = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  } while (number < 0 && errno == EINTR);
  return number;
}

/// Reads to the end. The size that fstat gave is only a hint: pipes and /proc say 0.
Result<std::string> read_all(int file, std::size_t size_hint, std::size_t max_bytes) {
  constexpr std::size_t kLeast = 65'536;
  std::string content;
  std::size_t used = 0;
  for (;;) {
    if (used > max_bytes) return too_large(max_bytes);
    if (used == content.size()) {
      const std::size_t wanted = std::max({kLeast, size_hint + 1, 2 * used});
      content.resize(std::min(wanted, max_bytes + 1));
    }
    const ssize_t count = ::read(file, content.data() + used, content.size() - used);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return failed("cannot be read", errno);
    if (count == 0) break;
    used += static_cast<std::size_t>(count);
  }
  content.resize(used);
  return content;
}

Result<std::string> read_path(const std::string& path, std::size_t max_bytes) {
  if (path.find('\0') != std::string::npos) return failed("has a zero byte in its name", EINVAL);
  max_bytes = std::min(max_bytes, std::string().max_size() - 1);  // room for the byte beyond
  const Descriptor file(open_for_reading(path));
  if (file.number() < 0) return failed("cannot be opened", errno);
  struct stat status {};
  if (::fstat(file.number(), &status) != 0) return failed("cannot be examined", errno);
  if (S_ISDIR(status.st_mode)) return failed("cannot be read", EISDIR);
  const auto size = static_cast<std::size_t>(std::max<off_t>(status.st_size, 0));
  if (S_ISREG(status.st_mode) && size > max_bytes) return too_large(max_bytes);
  return read_all(file.number(), S_ISREG(status.st_mode) ? size : 0, max_bytes);
}

}  // namespace

Result<std::string> read_file(const std::string& path, std::size_t max_bytes) {
  auto content = read_path(path, max_bytes);
  if (content && gzip::looks_packed(*content)) content = gzip::unpack(*content, max_bytes);
  if (content) return content;
  Error error = std::move(content).error();
  error.where = path;
  return error;
}

}  // namespace servicetags
