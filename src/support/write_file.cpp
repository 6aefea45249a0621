// Tested by: tests/unit/write_file_test.cpp
#include "support/write_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <random>
#include <system_error>
#include <utility>
#include <vector>

namespace servicetags {
namespace {

namespace fs = std::filesystem;

Error failed(std::string what, int reason, const std::string& path) {
  return {
      Errc::io_failed, std::move(what) + ": " + std::generic_category().message(reason), path, {}};
}

/// ".NAME.abcdef.tmp" without what is random.
std::string temporary_prefix(const fs::path& path) { return "." + path.filename().string() + "."; }
constexpr std::string_view kSuffix = ".tmp";

constexpr std::size_t kRandomLetters = 6;

std::string random_letters() {
  std::random_device random;
  std::string letters;
  for (std::size_t i = 0; i < kRandomLetters; ++i) {
    letters += static_cast<char>('a' + random() % 26);
  }
  return letters;
}

/// A temporary file that goes unless it is renamed.
class TemporaryFile {
 public:
  explicit TemporaryFile(const fs::path& path) {
    do {
      name_ = (path.parent_path() / (temporary_prefix(path) + random_letters())).string();
      name_ += kSuffix;
      file_ = ::open(name_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    } while (file_ < 0 && (errno == EEXIST || errno == EINTR));
  }
  ~TemporaryFile() {
    if (file_ < 0) return;
    ::close(file_);
    if (!kept_) ::unlink(name_.c_str());
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;

  [[nodiscard]] bool is_open() const noexcept { return file_ >= 0; }

  [[nodiscard]] bool write(std::string_view text) noexcept {
    while (!text.empty()) {
      const ssize_t count = ::write(file_, text.data(), text.size());
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) return false;
      text.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
  }
  /// Has the content reach the disk under its own name.
  [[nodiscard]] bool keep_as(const std::string& path) noexcept {
    while (::fsync(file_) != 0) {
      if (errno != EINTR) return false;
    }
    kept_ = ::rename(name_.c_str(), path.c_str()) == 0;
    return kept_;
  }

 private:
  std::string name_;
  int file_ = -1;
  bool kept_ = false;
};

/// Has a rename reach the disk. A folder that cannot be synced is not an error: the content
/// is whole either way.
void sync_folder(const fs::path& folder) noexcept {
  const int file = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (file < 0) return;
  ::fsync(file);
  ::close(file);
}

fs::path folder_of(const fs::path& path) {
  return path.has_parent_path() ? path.parent_path() : fs::path(".");
}

}  // namespace

Result<void> replace_file(const std::string& path, std::initializer_list<std::string_view> parts) {
  const fs::path target = folder_of(path) / fs::path(path).filename();
  TemporaryFile file(target);
  if (!file.is_open()) return failed("no temporary file can be made beside it", errno, path);
  for (const std::string_view part : parts) {
    if (!file.write(part)) return failed("cannot be written", errno, path);
  }
  if (!file.keep_as(target.string())) return failed("cannot be replaced", errno, path);
  sync_folder(target.parent_path());
  return {};
}

void remove_leftovers(const std::string& path) {
  const fs::path folder = folder_of(path);
  const std::string prefix = temporary_prefix(path);
  std::error_code error;
  std::vector<fs::path> found;
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    const std::string name = at->path().filename().string();
    const bool ours = name.size() == prefix.size() + kRandomLetters + kSuffix.size() &&
                      name.starts_with(prefix) && name.ends_with(kSuffix);
    if (ours) found.push_back(at->path());
  }
  for (const fs::path& leftover : found) fs::remove(leftover, error);
}

}  // namespace servicetags
