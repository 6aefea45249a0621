// Tested by: tests/unit/cache_test.cpp
#include "servicetags/cache.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <condition_variable>
#include <cstdlib>
#include <fstream>
#include <limits>
#include <mutex>
#include <system_error>
#include <utility>

#include "fetch/cache_format.hpp"
#include "support/file.hpp"
#include "support/write_file.hpp"

namespace servicetags {
namespace {

namespace fs = std::filesystem;

/// Room for the lines before the payload.
constexpr std::size_t kMaxHead = 65'536;
constexpr std::size_t kAnySize = std::numeric_limits<std::size_t>::max() / 2;

Error failed(std::string what, int reason, const fs::path& path) {
  return {Errc::io_failed,
          std::move(what) + ": " + std::generic_category().message(reason),
          path.string(),
          {}};
}

/// Also for a file that may not be looked at: reading it then says why.
bool is_there(const fs::path& path) {
  std::error_code error;
  return fs::status(path, error).type() != fs::file_type::not_found;
}

/// Opens the lock's file, making it when it is missing. The last error is in errno.
int open_lock(const fs::path& path) {
  int file = -1;
  do {
    file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  } while (file < 0 && errno == EINTR);
  return file;
}

/// Whether the lock was free; it is then held as long as the file is open.
bool try_lock(int file) {
  int result = 0;
  do {
    result = ::flock(file, LOCK_EX | LOCK_NB);
  } while (result != 0 && errno == EINTR);
  return result == 0;
}

/// Waits a moment, or until asked to stop.
void wait_a_moment(const std::stop_token& stop) {
  using namespace std::chrono_literals;
  std::mutex mutex;
  std::condition_variable_any wake;
  std::unique_lock lock(mutex);
  wake.wait_for(lock, stop, 20ms, [] { return false; });
}

/// The payload of one file; absent when there is none or it is damaged.
std::optional<CachedPayload> read_whole(const fs::path& path, std::size_t max_bytes) {
  if (!is_there(path)) return std::nullopt;
  auto file = read_file(path.string(), max_bytes + kMaxHead);
  if (!file) return std::nullopt;
  return fetch::parse_cache(*std::move(file));
}

}  // namespace

CacheLock::CacheLock(CacheLock&& other) noexcept : file_(std::exchange(other.file_, -1)) {}
CacheLock::~CacheLock() {
  if (file_ >= 0) ::close(file_);
}

Cache::Cache(fs::path folder, std::string name)
    : folder_(std::move(folder)), name_(std::move(name)) {}

std::optional<fs::path> Cache::default_folder() {
  if (const char* cache = std::getenv("XDG_CACHE_HOME"); cache != nullptr && *cache == '/') {
    return fs::path(cache) / "servicetags";
  }
  if (const char* home = std::getenv("HOME"); home != nullptr && *home == '/') {
    return fs::path(home) / ".cache" / "servicetags";
  }
  return std::nullopt;
}

fs::path Cache::file(std::string_view ending) const {
  return folder_ / (name_ + "." + std::string(ending));
}

Result<CacheContent> Cache::read(std::size_t max_bytes) const {
  CacheContent content;
  if (is_there(path())) {
    auto file = read_file(path().string(), max_bytes + kMaxHead);
    if (!file) return std::move(file).error();
    content.payload = fetch::parse_cache(*std::move(file));
    if (content.payload) return content;
    std::string warning = "the cache " + path().string() + " is damaged";
    // Only under the lock, and only if it is damaged still: a writer may have mended it.
    const int lock = open_lock(this->file("lock"));
    if (lock >= 0 && try_lock(lock)) {
      content.payload = read_whole(path(), max_bytes);
      if (content.payload) {
        ::close(lock);
        return content;
      }
      if (::rename(path().c_str(), this->file("damaged").c_str()) == 0) {
        warning += " and was set aside as " + this->file("damaged").string();
      }
    }
    if (lock >= 0) ::close(lock);
    content.warnings.push_back(std::move(warning));
  }
  content.payload = read_previous(max_bytes);
  if (content.payload) content.warnings.emplace_back("the data before the last is used");
  return content;
}

std::optional<CachedPayload> Cache::read_head() const {
  std::string head(kMaxHead, '\0');
  std::ifstream file(path(), std::ios::binary);
  file.read(head.data(), static_cast<std::streamsize>(head.size()));
  head.resize(static_cast<std::size_t>(file.gcount()));
  return fetch::parse_cache_head(head);
}

std::optional<CachedPayload> Cache::read_previous(std::size_t max_bytes) const {
  return read_whole(file("previous.cache"), max_bytes);
}

Result<void> Cache::write(const CachedPayload& payload) const {
  std::error_code error;
  fs::create_directories(folder_, error);
  if (error) return failed("the cache folder cannot be made", error.value(), folder_);
  for (const char* ending :
       {"cache", "previous.cache", "refused.json", "refused.txt", "compiled"}) {
    remove_leftovers(file(ending).string());
  }
  const auto last = read_whole(path(), kAnySize);
  if (last && last->bytes != payload.bytes) {
    const auto replaced =
        replace_file(file("previous.cache").string(), {fetch::cache_head(*last), last->bytes});
    if (!replaced) return replaced.error();
  }
  return replace_file(path().string(), {fetch::cache_head(payload), payload.bytes});
}

Result<void> Cache::confirm(Timestamp checked_at) const {
  auto payload = read_whole(path(), kAnySize);
  if (!payload) return Error{Errc::no_data, "the cache holds no data", path().string(), {}};
  payload->checked_at = checked_at;
  return replace_file(path().string(), {fetch::cache_head(*payload), payload->bytes});
}

Result<void> Cache::write_refused(std::string_view bytes, std::string_view reasons) const {
  std::error_code error;
  fs::create_directories(folder_, error);
  if (error) return failed("the cache folder cannot be made", error.value(), folder_);
  if (auto done = replace_file(file("refused.txt").string(), {reasons}); !done) return done;
  return replace_file(refused_path().string(), {bytes});
}

void Cache::remove_refused() const {
  std::error_code ignored;
  fs::remove(refused_path(), ignored);
  fs::remove(file("refused.txt"), ignored);
}

Result<CacheLock> Cache::lock(const std::stop_token& stop) const {
  std::error_code error;
  fs::create_directories(folder_, error);
  if (error) return failed("the cache folder cannot be made", error.value(), folder_);
  const int file = open_lock(this->file("lock"));
  if (file < 0) return failed("the lock cannot be opened", errno, this->file("lock"));
  CacheLock lock(file);
  while (!try_lock(file)) {
    if (errno != EWOULDBLOCK) return failed("cannot be locked", errno, this->file("lock"));
    if (stop.stop_requested()) {
      return Error{Errc::cancelled, "stopped while another process refreshes", {}, {}};
    }
    wait_a_moment(stop);
  }
  return lock;
}

}  // namespace servicetags
