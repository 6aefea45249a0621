/// The last good data, kept on disk.
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "servicetags/result.hpp"

namespace servicetags {

/// Milliseconds since 1970, UTC.
using Timestamp = std::chrono::sys_time<std::chrono::milliseconds>;

/// Data as a source gave it, and what is known about it.
struct CachedPayload {
  std::string bytes;
  std::string sha256;         ///< of `bytes`, in hexadecimal digits
  std::string source;         ///< where it came from: an URL or a path
  std::string file_name;      ///< as published, such as ServiceTags_Public_20251028.json
  std::string etag;           ///< the source's, to ask it for changes; or empty
  std::string last_modified;  ///< likewise
  Timestamp fetched_at{};     ///< when these bytes came
  Timestamp checked_at{};     ///< when the source last said that these are its current ones
};

/// What a cache was found to hold.
struct CacheContent {
  std::optional<CachedPayload> payload;  ///< absent: nothing was ever kept, or all is damaged
  std::vector<std::string> warnings;     ///< what was damaged, and where it was set aside
};

/// Held while one process refreshes; goes with its process, however that ends.
class CacheLock {
 public:
  CacheLock(CacheLock&& other) noexcept;
  CacheLock& operator=(CacheLock&&) = delete;
  ~CacheLock();

 private:
  friend class Cache;
  explicit CacheLock(int file) noexcept : file_(file) {}
  int file_;
};

/// The cache of one cloud, in a folder that may hold others:
///
///     public.cache            the last good payload: some lines about it, then its bytes
///     public.previous.cache   the one before
///     public.compiled         that payload as a compiled snapshot, if someone made it
///     public.lock             held while refreshing
///     public.refused.json     the last payload that was refused, and .txt the reasons
///     public.damaged          a file that could not be read, set aside
///
/// Files are replaced whole: whenever the process or the machine stops, a reader finds the
/// old payload or the new one. A plain value; each call opens the files anew. Any number of
/// readers, in any process, beside one writer that holds the lock.
class Cache {
 public:
  /// `name` is the cloud's. Nothing is made on disk before something is kept.
  Cache(std::filesystem::path folder, std::string name);

  /// $XDG_CACHE_HOME/servicetags, else ~/.cache/servicetags; absent when neither is set.
  static std::optional<std::filesystem::path> default_folder();

  /// The last good payload. Damage is found by checksum: the file is then set aside, if the
  /// folder lets us, and the previous one is given.
  /// Errors: io_failed when a file is there but cannot be read; limit_exceeded.
  [[nodiscard]] Result<CacheContent> read(std::size_t max_bytes) const;
  /// What is known about the last good payload, without its bytes, which are not looked at.
  /// Absent when there is none, or it is damaged.
  [[nodiscard]] std::optional<CachedPayload> read_head() const;
  /// The payload before the last, if it is whole.
  [[nodiscard]] std::optional<CachedPayload> read_previous(std::size_t max_bytes) const;

  /// Keeps a payload; the last one becomes the previous one, unless it has the same bytes.
  /// `payload.sha256` is worked out. REQUIRES the lock.
  /// Errors: io_failed; what was kept before is kept still.
  [[nodiscard]] Result<void> write(const CachedPayload& payload) const;
  /// Tells the cache that its payload is the source's current one, as of `checked_at`.
  /// REQUIRES the lock. Errors: no_data when there is none; io_failed.
  [[nodiscard]] Result<void> confirm(Timestamp checked_at) const;
  /// Keeps a refused payload for people to look at. REQUIRES the lock.
  /// Errors: io_failed.
  [[nodiscard]] Result<void> write_refused(std::string_view bytes, std::string_view reasons) const;
  /// Once other data is current. REQUIRES the lock.
  void remove_refused() const;

  /// Waits until no other process refreshes.
  /// Errors: io_failed; cancelled when asked to stop.
  [[nodiscard]] Result<CacheLock> lock(const std::stop_token& stop = {}) const;

  [[nodiscard]] std::filesystem::path path() const { return file("cache"); }
  [[nodiscard]] std::filesystem::path refused_path() const { return file("refused.json"); }
  /// Where a compiled snapshot of the payload belongs: see compiled.hpp, `source_sha256`.
  [[nodiscard]] std::filesystem::path compiled_path() const { return file("compiled"); }

 private:
  [[nodiscard]] std::filesystem::path file(std::string_view ending) const;

  std::filesystem::path folder_;
  std::string name_;
};

}  // namespace servicetags
