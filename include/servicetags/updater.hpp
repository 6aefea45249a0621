/// One refresh: fetch, check, keep, install; or the old data stays.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "servicetags/cache.hpp"
#include "servicetags/diff.hpp"
#include "servicetags/gate.hpp"
#include "servicetags/snapshot.hpp"
#include "servicetags/source.hpp"

namespace servicetags {

/// The snapshot that is current now, for readers in any thread.
class CurrentSnapshot {
 public:
  /// Null when there is no data yet. Takes a mutex for the time of copying a pointer.
  [[nodiscard]] SnapshotPtr get() const;
  void set(SnapshotPtr snapshot);

 private:
  friend class SnapshotReader;

  mutable std::mutex mutex_;
  SnapshotPtr snapshot_;                    // guarded by mutex_
  std::atomic<std::uint64_t> version_ = 0;  // of snapshot_; written under mutex_
};

/// One thread's handle on the current snapshot: get() costs one relaxed load, and a mutex
/// only after a swap. Several calls may see different snapshots; keep the pointer for
/// questions that belong together. One thread at a time; outlived by the CurrentSnapshot.
class SnapshotReader {
 public:
  explicit SnapshotReader(const CurrentSnapshot& current) noexcept : current_(current) {}

  /// Null when there is no data yet. Valid until the next call.
  [[nodiscard]] const SnapshotPtr& get() {
    if (current_.version_.load(std::memory_order_relaxed) != version_) refresh();
    return snapshot_;
  }

 private:
  void refresh();

  const CurrentSnapshot& current_;
  SnapshotPtr snapshot_;
  std::uint64_t version_ = 0;
};

enum class UpdateOutcome : std::uint8_t {
  swapped,    ///< other data is current now
  unchanged,  ///< the source has what is current already
  refused,    ///< the new data is not plausible; the old data stays
  failed,     ///< nothing could be had; the old data stays
};
/// The enumerator's name. Static storage.
std::string_view to_string(UpdateOutcome outcome) noexcept;

/// What one attempt came to.
struct UpdateReport {
  UpdateOutcome outcome = UpdateOutcome::failed;
  SnapshotPtr before;                 ///< null when there was no data
  SnapshotPtr after;                  ///< current now; null when there is still no data
  SnapshotDiff changes;               ///< when swapped and there was data before
  std::optional<Error> error;         ///< when failed
  std::vector<std::string> reasons;   ///< when refused
  std::vector<std::string> warnings;  ///< of the gate and the cache
  std::string sha256;                 ///< of the payload, when one came
  bool kept = false;                  ///< what is current is in the cache, as of now
  std::string origin;                 ///< where that was found
  std::optional<std::chrono::seconds> retry_after;
};

struct UpdateOptions {
  std::optional<Cloud> cloud{};  ///< data of another cloud fails
  std::optional<Cache> cache{};  ///< absent: nothing is kept on disk
  GatePolicy gate{};
  ParseLimits limits{};
  std::function<Timestamp()> now{};  ///< empty: the system's clock
};

/// Keeps one cloud's data current, an attempt at a time. The new data is made ready aside;
/// only when all of it is good does one pointer change.
///
/// update(), open() and accept() from one thread at a time; current() from any.
class Updater {
 public:
  Updater(std::unique_ptr<Source> source, UpdateOptions options);

  /// Makes the cache's data current, if it has any. Gives warnings, such as of damage.
  /// Errors: io_failed; those of parse_document(), when the kept data cannot be read.
  Result<std::vector<std::string>> open();

  /// Fetches once. With a cache, processes take turns, and one that waited takes what the
  /// other fetched. Data that the gate refuses is kept for people to look at. Data that is
  /// plausible after the previous payload is accepted, even if it is not after the last:
  /// so bad data that was once accepted cannot lock good data out.
  UpdateReport update(const std::stop_token& stop = {});

  /// Makes the payload that was last refused current all the same. `sha256` are at least
  /// the first 12 digits of its hash.
  /// Errors as in the report: no_data, invalid_argument when it is another, those of parsing.
  UpdateReport accept(std::string_view sha256);

  [[nodiscard]] const CurrentSnapshot& current() const noexcept { return current_; }
  /// What the current data came as; absent when there is none. Without its bytes.
  [[nodiscard]] const std::optional<CachedPayload>& payload() const noexcept { return payload_; }
  [[nodiscard]] const Source& source() const noexcept { return *source_; }

 private:
  struct Attempt;

  [[nodiscard]] Timestamp now() const;
  void take_turn(Attempt& attempt, const std::stop_token& stop);
  void fetch(Attempt& attempt, const std::stop_token& stop);
  void judge(Attempt& attempt);
  void install(Attempt& attempt);
  void confirm(Attempt& attempt);
  void refuse(Attempt& attempt);
  Result<SnapshotPtr> adopt(CachedPayload payload);

  std::unique_ptr<Source> source_;
  UpdateOptions options_;
  CurrentSnapshot current_;
  std::optional<CachedPayload> payload_;
};

}  // namespace servicetags
